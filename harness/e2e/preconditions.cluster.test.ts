import { isDeepStrictEqual } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import { defaultOptions, libraryRecovery, runSteps, waitFor, type Inventory } from '../../lib/index.ts'
import type { Machine } from '../model/model.ts'
import { disasters } from './precondition-cases.ts'
import { fingerprint } from './inspect/machine-state.ts'
import { shell } from './inspect/shell.ts'
import { partsCluster, type PartsCluster } from './e2e-cluster.ts'
import { wiped } from './destroyed-cluster.ts'

/** Made on a destroyed control plane: where a repair that is not refused would begin. */
describe('a repair is refused, with nothing changed', () => {
  let parts: PartsCluster
  let intact: Record<string, string> = {}

  const prints = async (machines: readonly Machine[]) =>
    Object.fromEntries(await Promise.all(machines.map(async (each) => [each.name, await fingerprint(each)] as const)))

  async function refusal(inventory: Inventory): Promise<unknown> {
    const steps = await libraryRecovery(defaultOptions).plan(inventory)
    const context = { inventory, signal: parts.context.signal, emit: () => undefined }
    return runSteps(steps, context).catch((error: unknown) => error)
  }

  /** Whether the machines are as they were at the last look. */
  async function stands(): Promise<boolean> {
    const last = intact
    intact = await prints(parts.machines)
    return isDeepStrictEqual(intact, last)
  }

  beforeAll(async () => {
    parts = await partsCluster()
    await wiped(parts)
    // Kubelet would tidy up what the dead control plane left, some time in the next minute.
    const dead = 'crictl pods --namespace kube-system --label tier=control-plane --state NotReady --quiet'
    for (const master of parts.masters) await shell(master, `${dead} | xargs --no-run-if-empty crictl rmp --force`)
    await waitFor('kubelets have tidied up', stands, { timeoutMs: 90_000, intervalMs: 3000 })
  })

  test.each(disasters)('$title', async ({ make, inventory, named, silent }) => {
    const [controlPlanes, workers] = [parts.masters, [parts.worker]]
    const reachable = parts.machines.filter((machine) => machine !== silent?.(parts))
    const undo = await make(parts)
    try {
      const before = await prints(reachable)
      const error = await refusal((await inventory?.(parts)) ?? { controlPlanes, workers })
      expect(error).toMatchObject({ name: 'StepError', step: 'look-around', cause: { name: 'GateError' } })
      console.log(String(error))
      for (const words of named(parts)) expect(String(error)).toContain(words)
      expect(await prints(reachable)).toEqual(before)
    } finally {
      await undo()
    }
    expect(await prints(parts.machines)).toEqual(intact)
  })
})
