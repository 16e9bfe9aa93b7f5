import type { V1NodeStatus } from '@kubernetes/client-node'
import { z } from 'zod'
import type { CollectAt } from '../model/check.ts'
import type { DrillContext } from '../model/context.ts'
import { kubernetesClient } from './kubernetes-client.ts'
import { momentOf, momentSchema } from './collecting.ts'

export const nodeSnapshotSchema = momentSchema.extend({
  nodes: z.array(
    z.object({
      name: z.string(),
      ready: z.enum(['True', 'False', 'Unknown']),
      readySince: z.string().nullable().describe('When the Ready condition last changed'),
      reason: z.string(),
      taints: z.array(z.object({ key: z.string(), effect: z.string() })),
      leaseRenewedAt: z.string().nullable(),
    }),
  ),
})
export type NodeSnapshot = z.infer<typeof nodeSnapshotSchema>

/** Stores evidence `nodes-<when>`: readiness, taints and leases of all nodes, as the API has them. */
export function collectNodes(context: DrillContext, when: CollectAt): Promise<void> {
  return context.evidence.once(`nodes-${when}`, async (): Promise<NodeSnapshot> => {
    const { core, coordination } = await kubernetesClient(await context.api(), context.signal)
    const moment = momentOf(context)
    const [nodes, leases] = await Promise.all([
      core.listNode(),
      coordination.listNamespacedLease({ namespace: 'kube-node-lease' }),
    ])
    const renewed = new Map(leases.items.map(({ metadata, spec }) => [metadata?.name, spec?.renewTime]))
    return {
      ...moment,
      nodes: nodes.items.map(({ metadata, spec, status }) => {
        return {
          name: metadata?.name ?? '',
          ...readinessOf(status),
          taints: (spec?.taints ?? []).map(({ key, effect }) => ({ key, effect })),
          leaseRenewedAt: isoOf(renewed.get(metadata?.name)),
        }
      }),
    }
  })
}

function readinessOf(status: V1NodeStatus | undefined) {
  const condition = status?.conditions?.find(({ type }) => type === 'Ready')
  return {
    ready: readyOf(condition?.status),
    readySince: condition?.lastTransitionTime?.toISOString() ?? null,
    reason: condition?.reason ?? '',
  }
}

const readyOf = (status: string | undefined): 'True' | 'False' | 'Unknown' =>
  status === 'True' || status === 'False' ? status : 'Unknown'

/** The client gives a micro time as Date or, where it kept the microseconds, as a subclass of it. */
const isoOf = (time: Date | undefined) => (time === undefined ? null : new Date(time).toISOString())
