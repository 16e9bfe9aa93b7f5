import { waitFor } from '../engine/wait.ts'
import type { ClusterState, NodeState } from '../model.ts'
import { heartbeats, isReadyAgain, leaseIsFresh } from './heartbeats.ts'
import { kubeletStartedAt, restartKubeletAsItIs } from './kubelet.ts'
import { waitForReadyPods } from './require-every-node.ts'

/**
 * Restarts kubelets one machine after another, so that what goes wrong stops at the first: each must stay up, renew its
 * lease and report its Node and the pods on it Ready as they were before, until the next one goes. Containers keep running.
 */
export async function restartInTurn(
  cluster: ClusterState,
  hosts: readonly NodeState[],
  signal: AbortSignal,
): Promise<void> {
  const before = await heartbeats(cluster, signal)
  for (const host of hosts) {
    const { name } = host.node
    await restartKubeletAsItIs(host, signal)
    await waitFor(
      `kubelet on ${name} is back`,
      async () => {
        const kubelet = { startedAt: await kubeletStartedAt(host, signal) }
        if (kubelet.startedAt === 0) throw new Error('it does not run')
        const now = (await heartbeats(cluster, signal)).get(name)
        if (!leaseIsFresh(now, kubelet)) throw new Error('it has not renewed its lease')
        if (before.get(name)?.ready === true && !isReadyAgain(now, kubelet)) throw new Error('its Node is not Ready')
        return true
      },
      { timeoutMs: 60_000, intervalMs: 250, signal },
    )
    await waitForReadyPods(cluster, signal)
  }
}
