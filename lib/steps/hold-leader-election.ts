import { forEachNode } from '../engine/for-each-node.ts'
import { holdingStep } from '../engine/next-steps.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import { allUseLeaseElection } from '../leader-election/current-leader.ts'
import { electedComponents } from '../leader-election/lease-changes.ts'
import { holdLeases } from '../leader-election/leases.ts'
import type { NodeState } from '../model.ts'
import { installManifest, withoutManifest } from '../static-pods/manifests.ts'
import { previewWithoutApi } from './preview-without.ts'

/**
 * A static pod counts as Ready only 20 s after its start (kubeadm's startup probe runs every 10 s, and not in the first
 * 10), so they start while none may lead yet, and wait for the lease that the repair holds. The leases are held before
 * the first of them exists. Where one machine elects in another way, they are started later, by the steps for that.
 */
export const holdLeaderElection = stepFromFindings<NodeState>({
  id: holdingStep,
  title: 'Hold the leader-election leases, then start controller managers and schedulers, which wait for them',
  previewWithout: previewWithoutApi,
  describe: ({ node }) => [
    {
      node: node.name,
      action:
        'hold the leader-election leases, then install the manifests of kube-controller-manager and kube-scheduler',
      reason: 'missing, or not as staged; no pod may be evicted until every Node is back',
    },
  ],
  async find(cluster, context) {
    const hosts = await withoutManifest(cluster, context, ...electedComponents)
    return hosts.length > 0 && (await allUseLeaseElection(cluster, context.signal)) ? hosts : []
  },
  async work(cluster, context, hosts) {
    await holdLeases(cluster, context.signal)
    await forEachNode(hosts, async (host) => {
      for (const component of electedComponents) await installManifest(context, host, component)
    })
  },
})
