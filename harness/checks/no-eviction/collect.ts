import type { CoreV1Event } from '@kubernetes/client-node'
import { z } from 'zod'
import type { CollectAt } from '../../model/check.ts'
import type { DrillContext } from '../../model/context.ts'
import { kubernetesClient } from '../../observe/kubernetes-client.ts'
import { momentOf, momentSchema } from '../../observe/collecting.ts'

export const evictionEventsSchema = momentSchema.extend({
  events: z.array(
    z.object({
      reason: z.string(),
      component: z.string(),
      kind: z.string(),
      namespace: z.string(),
      name: z.string(),
      uid: z.string(),
      message: z.string(),
      at: z.string().describe('Whole seconds, as the API server keeps them'),
    }),
  ),
})
export type EvictionEvents = z.infer<typeof evictionEventsSchema>

/** Reasons that a node lifecycle controller, a taint manager or a kubelet gives when it turns pods out. Kept for an hour by the API server. */
const reasons: ReadonlySet<string> = new Set([
  'TaintManagerEviction',
  'NodeNotReady',
  'DeletingNode',
  'RemovingNode',
  'Evicted',
  'Preempted',
  'Killing',
  'NodeAffinity',
])

/** Stores evidence `eviction-events-<when>`. */
export function collectEvictionEvents(context: DrillContext, when: CollectAt): Promise<void> {
  return context.evidence.once(`eviction-events-${when}`, async (): Promise<EvictionEvents> => {
    const { core } = await kubernetesClient(await context.api(), context.signal)
    const moment = momentOf(context)
    const { items } = await core.listEventForAllNamespaces()
    return { ...moment, events: items.filter(({ reason }) => reasons.has(reason ?? '')).map(evictionEventOf) }
  })
}

function evictionEventOf({
  reason = '',
  message = '',
  source,
  reportingComponent = '',
  involvedObject,
  ...times
}: CoreV1Event) {
  const { kind = '', namespace = '', name = '', uid = '' } = involvedObject
  return {
    reason,
    component: source?.component ?? reportingComponent,
    kind,
    namespace,
    name,
    uid,
    message,
    at: lastSeen(times),
  }
}

const lastSeen = ({ lastTimestamp, series, eventTime }: Pick<CoreV1Event, 'lastTimestamp' | 'series' | 'eventTime'>) =>
  new Date(lastTimestamp ?? series?.lastObservedTime ?? eventTime ?? 0).toISOString()
