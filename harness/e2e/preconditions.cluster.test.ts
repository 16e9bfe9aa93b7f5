import { isDeepStrictEqual } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import { libraryRecovery, runRecovery, waitFor, type Inventory } from '../../lib/index.ts'
import type { Machine } from '../model/cluster.ts'
import { preconditionCases } from './precondition-cases.ts'
import { fingerprint } from './inspect/machine-state.ts'
import { shell } from './inspect/shell.ts'
import { e2eCluster, type E2eCluster } from './e2e-cluster.ts'
import { destroyedCluster } from './destroyed-cluster.ts'

/** Made on a destroyed control plane: where a repair that is not refused would begin. */
describe('preconditions: a repair is refused and changes nothing', () => {
  let e2e: E2eCluster
  let intact: Record<string, string> = {}

  const prints = async (machines: readonly Machine[]) =>
    Object.fromEntries(await Promise.all(machines.map(async (each) => [each.name, await fingerprint(each)] as const)))

  async function refusal(inventory: Inventory): Promise<unknown> {
    const context = { inventory, signal: e2e.context.signal, emit: () => undefined }
    return runRecovery(libraryRecovery(), context).catch((error: unknown) => error)
  }

  /** Whether the machines are as they were when this was asked last. */
  async function isSettled(): Promise<boolean> {
    const last = intact
    intact = await prints(e2e.machines)
    return isDeepStrictEqual(intact, last)
  }

  beforeAll(async () => {
    e2e = await e2eCluster()
    await destroyedCluster(e2e)
    // Kubelet would clean up what the dead control plane left, some time in the next minute.
    const dead = 'crictl pods --namespace kube-system --label tier=control-plane --state NotReady --quiet'
    for (const controlPlane of e2e.controlPlanes)
      await shell(controlPlane, `${dead} | xargs --no-run-if-empty crictl rmp --force`)
    await waitFor('kubelets have cleaned up', isSettled, { timeoutMs: 90_000, intervalMs: 3000 })
  })

  test.each(preconditionCases)('$title', async ({ make, inventory, named, reason, silent }) => {
    const [controlPlanes, workers] = [e2e.controlPlanes, [e2e.worker]]
    const reachable = e2e.machines.filter((machine) => machine !== silent?.(e2e))
    const undo = await make(e2e)
    try {
      const before = await prints(reachable)
      const error = await refusal((await inventory?.(e2e)) ?? { controlPlanes, workers })
      expect(error).toMatchObject({
        name: 'StepError',
        step: 'preflight',
        cause: { name: 'PreconditionError', reason },
      })
      console.log(String(error))
      for (const words of named(e2e)) expect(String(error)).toContain(words)
      expect(await prints(reachable)).toEqual(before)
    } finally {
      await undo()
    }
    expect(await prints(e2e.machines)).toEqual(intact)
  })
})
