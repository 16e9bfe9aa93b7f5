import { CoordinationV1Api, CoreV1Api, type V1Lease } from '@kubernetes/client-node'
import { waitFor } from '../../lib/engine/wait.ts'
import { expectedNotReady } from '../model/expected-not-ready.ts'
import { apiAccess } from '../cluster/api-access.ts'
import { notReady } from '../cluster/cluster-ready.ts'
import type { DrillContext } from '../model/context.ts'

/** Longer than any budget: a late repair is reported with its time, not aborted. */
const patienceMs = 180_000

/**
 * Waits until the cluster itself says that it is whole: every API server ready, every node's lease renewed since the repair
 * began, every node Ready, every kube-system pod ready; but for Nodes that are not Ready on purpose. Rejects with WaitTimeoutError after
 * the longer of 180 s and the budget.
 * @param sinceMs when the repair began, on the run's clock
 */
export async function waitRecovered(context: DrillContext, sinceMs: number, budgetMs: number): Promise<void> {
  const since = new Date(Date.now() - (context.journal.nowMs() - sinceMs))
  const { controlPlanes, machines } = context.cluster
  const sick = expectedNotReady(context.journal.events)
  await waitFor(
    'the cluster is whole again',
    async () => {
      const missing = await Promise.all(
        controlPlanes.map(async (machine) => {
          const api = await apiAccess(machine)
          const core = api.makeApiClient(CoreV1Api)
          const [nodes, pods, leases] = await Promise.all([
            core.listNode(),
            core.listNamespacedPod({ namespace: 'kube-system' }),
            api.makeApiClient(CoordinationV1Api).listNamespacedLease({ namespace: 'kube-node-lease' }),
          ])
          return [
            ...notReady(
              nodes.items.filter(({ metadata }) => !sick.has(metadata?.name ?? '')),
              pods.items.filter(({ spec }) => !sick.has(spec?.nodeName ?? '')),
              machines.length - sick.size,
            ),
            ...staleLeases(
              leases.items,
              machines.map(({ name }) => name),
              since,
            ),
          ]
        }),
      )
      const all = [...new Set(missing.flat())]
      if (all.length > 0) throw new Error(`still to come: ${all.join(', ')}`)
      return true
    },
    { timeoutMs: Math.max(patienceMs, budgetMs), intervalMs: 400, signal: context.signal },
  )
}

/** The nodes whose lease was not renewed after `since`. */
export function staleLeases(leases: readonly V1Lease[], nodes: readonly string[], since: Date): readonly string[] {
  const renewedAt = new Map(leases.map((lease) => [lease.metadata?.name ?? '', lease.spec?.renewTime]))
  return nodes
    .filter((node) => {
      const renewed = renewedAt.get(node)
      return renewed === undefined || new Date(renewed) <= since
    })
    .map((node) => `lease of ${node}`)
}
