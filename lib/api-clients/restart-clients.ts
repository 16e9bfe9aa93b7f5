import { onEach } from '../engine/for-each-node.ts'
import type { RecoveryOptions } from '../engine/options.ts'
import type { Site } from '../preflight/survey.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { hearFromNow } from './watch-start.ts'
import { lookAtPods } from './list-pods.ts'
import { recreate } from './recreate-pod.ts'
import type { RefusedClient } from './rejected-clients.ts'
import { restartInPlace } from './restart-in-place.ts'
import { withoutWayToApi } from './service-reachability.ts'
import { restartOrder } from './restart-order.ts'

/** Reports refused clients, and those that can be helped are restarted or made anew, in their order. */
export async function helpClients(
  context: RecoveryContext,
  site: Site,
  refused: readonly RefusedClient[],
  how: RecoveryOptions['clients'],
): Promise<void> {
  const { emit, signal } = context
  const reasons = new Map(refused.map(({ pod, reason }) => [pod, reason]))
  const named = refused.map(({ pod, reason }) => ({ node: pod.node, pod: `${pod.namespace}/${pod.name}`, reason }))
  for (const client of named) emit({ type: 'client.refused', ...client })
  const helpable = refused.filter(({ pod }) => canBeHelped(pod, how)).map(({ pod }) => pod)
  const pods = lookAtPods(site, signal)
  const withDaemon = site.machines.filter(({ node }) =>
    helpable.some((pod) => pod.isNodeDaemon && pod.node === node.name),
  )
  const cut = await withoutWayToApi(site, withDaemon, signal)
  for (const wave of restartOrder(helpable)) {
    await onEach(wave, async (queue) => {
      for (const pod of queue) {
        const isReplaced = how === 'recreate' && pod.owner !== undefined
        await (isReplaced ? recreate : restartInPlace)(site, pod, pods, signal)
        const client = { node: pod.node, pod: `${pod.namespace}/${pod.name}`, reason: reasons.get(pod) ?? '' }
        emit({ type: 'client.restarted', ...client })
      }
    })
    if (cut.length > 0 && wave.flat().some(({ isNodeDaemon }) => isNodeDaemon)) hearFromNow(site)
  }
}

/** Ending the container of a Job would end the Job: such a pod is reported, and left alone. */
export function canBeHelped({ restartsAlways, owner }: RefusedClient['pod'], how: RecoveryOptions['clients']): boolean {
  return restartsAlways || (how === 'recreate' && owner !== undefined)
}
