import { forEachNode } from '../engine/for-each-node.ts'
import type { RecoveryOptions } from '../engine/options.ts'
import type { ClusterState } from '../model.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { markWatchStart } from './watch-start.ts'
import { podLister } from './list-pods.ts'
import { recreatePod } from './recreate-pod.ts'
import type { RejectedClient } from './rejected-clients.ts'
import { restartInPlace } from './restart-in-place.ts'
import { withoutServiceRoute } from './service-reachability.ts'
import { restartOrder } from './restart-order.ts'

/** Reports rejected clients, then restarts or recreates those that allow it, in restart order. */
export async function restartClients(
  context: RecoveryContext,
  cluster: ClusterState,
  rejected: readonly RejectedClient[],
  how: RecoveryOptions['clients'],
): Promise<void> {
  const { emit, signal } = context
  const reasons = new Map(rejected.map(({ pod, reason }) => [pod, reason]))
  const named = rejected.map(({ pod, reason }) => ({ node: pod.node, pod: `${pod.namespace}/${pod.name}`, reason }))
  for (const client of named) emit({ type: 'client.rejected', ...client })
  const restartable = rejected.filter(({ pod }) => canRestart(cluster, pod, how)).map(({ pod }) => pod)
  const pods = podLister(cluster, signal)
  const withDaemon = cluster.machines.filter(({ node }) =>
    restartable.some((pod) => pod.isNodeDaemon && pod.node === node.name),
  )
  const unrouted = await withoutServiceRoute(cluster, withDaemon, signal)
  for (const wave of restartOrder(restartable)) {
    await forEachNode(wave, async (queue) => {
      for (const pod of queue) {
        const isReplaced = how === 'recreate' && pod.owner !== undefined
        await (isReplaced ? recreatePod : restartInPlace)(cluster, pod, pods, signal)
        const client = { node: pod.node, pod: `${pod.namespace}/${pod.name}`, reason: reasons.get(pod) ?? '' }
        emit({ type: 'client.restarted', ...client })
      }
    })
    if (unrouted.length > 0 && wave.flat().some(({ isNodeDaemon }) => isNodeDaemon)) markWatchStart(cluster)
  }
  cluster.learned.clientsRestartedAtMs = Date.now()
}

/** Whether a rejected client may be restarted: nothing is in the way, and it was not in vain before. */
export function canRestart(
  { learned }: Pick<ClusterState, 'learned'>,
  pod: RejectedClient['pod'],
  how: RecoveryOptions['clients'],
): boolean {
  return !learned.leftClients.has(pod.uid) && restartObstacle({ learned }, pod, how) === undefined
}

/**
 * What keeps a client from being restarted, in words. Ending the container of a Job would end the Job. On a Node that was not Ready
 * before, a container may not come back: kubelet starts none outside the machine's network where the network is not ready. Such pods
 * are reported, and left alone.
 */
export function restartObstacle(
  { learned }: Pick<ClusterState, 'learned'>,
  { node, hostNetwork, restartsAlways, owner }: RejectedClient['pod'],
  how: RecoveryOptions['clients'],
): string | undefined {
  const broken = learned.brokenNodes?.get(node)
  if (broken && (broken.isSilent || !hostNetwork))
    return 'its Node was not Ready before, and its containers may not come back'
  if (restartsAlways || (how === 'recreate' && owner !== undefined)) return undefined
  return 'nothing would start its containers again'
}
