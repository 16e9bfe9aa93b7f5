import { limitMs } from '../engine/time-limits.ts'
import { messageOf } from '../engine/errors.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { waitFor } from '../engine/wait.ts'
import type { ClusterState, NodeState } from '../model.ts'
import { brokenNodes } from './broken-nodes.ts'
import { heartbeats, isReadyAgain, leaseIsFresh, type Heartbeat } from './heartbeats.ts'
import { kubeletStartedAt, restartKubeletAsItIs } from './kubelet.ts'
import { leaveMachines } from './leave-machines.ts'
import { waitForReadyPods } from './ready-pods.ts'

/**
 * Restarts kubelets one machine after another, so that what goes wrong stops at the first: each must stay up, renew its
 * lease and report its Node and the pods on it Ready as they were before, until the next one goes. Containers keep running. One worker
 * that does not come back is named, and the next one goes.
 */
export async function restartInTurn(
  cluster: ClusterState,
  hosts: readonly NodeState[],
  { emit, signal }: Pick<RecoveryContext, 'emit' | 'signal'>,
): Promise<void> {
  const [before, broken] = await Promise.all([heartbeats(cluster, signal), brokenNodes(cluster, signal)])
  for (const host of hosts) {
    const { name } = host.node
    try {
      await restartKubeletAsItIs(host, signal)
      await waitUntilBack(cluster, host, before.get(name), signal)
    } catch (error) {
      signal.throwIfAborted()
      const reason = `its kubelet was restarted for new tokens: ${messageOf(error)}`
      leaveMachines(cluster, broken, [name], { reason, isSilent: true, error })
      emit({ type: 'node.left', node: name, reason })
      continue
    }
    await waitForReadyPods(cluster, signal)
  }
}

async function waitUntilBack(
  cluster: ClusterState,
  host: NodeState,
  before: Heartbeat | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { name } = host.node
  await waitFor(
    `kubelet on ${name} is back`,
    async () => {
      const kubelet = { startedAt: await kubeletStartedAt(host, signal) }
      if (kubelet.startedAt === 0) throw new Error('it does not run')
      const now = (await heartbeats(cluster, signal)).get(name)
      if (!leaseIsFresh(now, kubelet)) throw new Error('it has not renewed its lease')
      if (before?.ready === true && !isReadyAgain(now, kubelet)) throw new Error('its Node is not Ready')
      return true
    },
    { timeoutMs: limitMs(60_000, host), intervalMs: 250, signal },
  )
}
