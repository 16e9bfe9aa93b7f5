import { messageOf } from '../engine/errors.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import type { RecoveryOptions } from '../engine/options.ts'
import type { Pod } from '../api/pods.ts'
import type { ClusterState } from '../model.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { markWatchStart } from './watch-start.ts'
import { podLister } from './list-pods.ts'
import { recreatePod } from './recreate-pod.ts'
import type { RejectedClient } from './rejected-client.ts'
import { restartInPlace } from './restart-in-place.ts'
import { withoutServiceRoute } from './service-reachability.ts'
import { restartOrder } from './restart-order.ts'

/**
 * Reports rejected clients, then restarts or recreates those that allow it, in restart order. One that does not come back is named and
 * holds nobody up. Where it was Ready before, the other pods of its workload are left running: what keeps it from coming back may keep
 * them.
 */
export async function restartClients(
  context: RecoveryContext,
  cluster: ClusterState,
  rejected: readonly RejectedClient[],
  how: RecoveryOptions['clients'],
): Promise<void> {
  const { emit, signal } = context
  const { restarts } = cluster.learned
  const clients = new Map(rejected.map((client) => [client.pod, client]))
  for (const client of rejected) emit({ type: 'client.rejected', ...named(client) })
  const restartable = rejected.filter(({ pod }) => canRestart(cluster, pod, how)).map(({ pod }) => pod)
  const pods = podLister(cluster, signal)
  const withDaemon = cluster.machines.filter(({ node }) =>
    restartable.some((pod) => pod.isNodeDaemon && pod.node === node.name),
  )
  const unrouted = await withoutServiceRoute(cluster, withDaemon, signal)
  for (const wave of restartOrder(restartable)) {
    await forEachNode(wave, async (queue) => {
      let failed: Pod | undefined
      for (const pod of queue) {
        const client = clients.get(pod)
        if (!client) continue
        if (failed) {
          const sibling = `${failed.namespace}/${failed.name}`
          leaveClient(
            context,
            cluster,
            client,
            `${client.reason}; not restarted: ${sibling} did not come back after its restart`,
          )
          continue
        }
        const before = restarts.get(pod.uid) ?? 0
        restarts.set(pod.uid, before + 1)
        try {
          if (how === 'recreate' && pod.owner !== undefined) await recreatePod(cluster, pod, pods, signal)
          else if (!(await restartInPlace(cluster, pod, pods, signal))) {
            // The next round has it again, and whatever keeps kube-proxy from following; its siblings would be put off likewise.
            restarts.set(pod.uid, before)
            break
          }
          emit({ type: 'client.restarted', ...named(client) })
        } catch (error) {
          signal.throwIfAborted()
          if (pod.ready) failed = pod
          leaveClient(
            context,
            cluster,
            client,
            `${client.reason}; its restart did not bring it back: ${messageOf(error)}`,
          )
        }
      }
    })
    if (unrouted.length > 0 && wave.flat().some(({ isNodeDaemon }) => isNodeDaemon)) markWatchStart(cluster)
  }
  cluster.learned.clientsRestartedAtMs = Date.now()
}

const named = ({ pod, reason }: RejectedClient) => ({ node: pod.node, pod: `${pod.namespace}/${pod.name}`, reason })

/** Names a client that stays rejected; it is not restarted again. */
export function leaveClient(
  { emit }: Pick<RecoveryContext, 'emit'>,
  { learned }: Pick<ClusterState, 'learned'>,
  client: RejectedClient,
  reason: string,
): void {
  learned.leftClients.add(client.pod.uid)
  emit({ type: 'client.left', ...named(client), reason })
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
  { uid, namespace, node, hostNetwork, restartsAlways, owner }: RejectedClient['pod'],
  how: RecoveryOptions['clients'],
): string | undefined {
  if (learned.withoutAccount.has(uid)) return 'its ServiceAccount is gone, so that nobody can issue its token'
  if (learned.withoutCa.has(namespace)) return 'its namespace does not have the new CA'
  const broken = learned.brokenNodes?.get(node)
  if (broken && (broken.isSilent || !hostNetwork))
    return 'its Node was not Ready before, and its containers may not come back'
  if (restartsAlways || (how === 'recreate' && owner !== undefined)) return undefined
  return 'nothing would start its containers again'
}
