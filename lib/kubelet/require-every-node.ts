import { PreconditionError } from '../engine/errors.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import type { ClusterState } from '../model.ts'
import { brokenNodes } from './broken-nodes.ts'
import { heartbeats, reportsAgain } from './heartbeats.ts'
import { kubeletStartedAt } from './kubelet.ts'

/** How long a Node may be silent before it counts as lost, in seconds: the node lifecycle controller's grace period. */
const graceSeconds = 40

/**
 * The precondition of a full controller manager: 50 s after its start it removes the pods of every silent Node from
 * their Services, and later evicts them. Throws PreconditionError for a Node of the inventory that is not back, but not where
 * it was not Ready before the loss, and for a silent one outside the inventory that still says Ready.
 */
export async function requireEveryNode(cluster: ClusterState, signal: AbortSignal): Promise<void> {
  const [seen, broken] = await Promise.all([heartbeats(cluster, signal), brokenNodes(cluster, signal)])
  const awaited = cluster.machines.filter(({ node }) => !broken.has(node.name))
  const silent = await forEachNode(awaited, async (host) => {
    const kubelet = { startedAt: await kubeletStartedAt(host, signal) }
    return reportsAgain(seen.get(host.node.name), kubelet) ? [] : [host.node.name]
  })
  const newest = Math.max(...[...seen.values()].map(({ leaseRenewedAt }) => leaseRenewedAt))
  const listed = new Set([
    ...cluster.machines.map(({ node }) => node.name),
    // Named before anything was changed: what becomes of their pods is what Kubernetes does with a machine that is gone.
    ...cluster.unreachable.map(({ name }) => name),
  ])
  const forgotten = [...seen.values()].filter(
    ({ node, ready, leaseRenewedAt }) => !listed.has(node) && ready && newest - leaseRenewedAt > graceSeconds,
  )
  const missing = [...silent.flat(), ...forgotten.map(({ node }) => `${node} (not in the inventory)`)]
  if (missing.length > 0) {
    throw new PreconditionError(
      `not starting a full kube-controller-manager: it would evict the pods of ${missing.join(', ')}; bring their kubelets back, or delete those Nodes if the machines are gone`,
      { reason: 'nodes-missing' },
    )
  }
}
