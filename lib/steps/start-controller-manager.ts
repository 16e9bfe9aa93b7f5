import { stepFromFindings } from '../engine/step-from-findings.ts'
import { waitForReadyPods } from '../kubelet/ready-pods.ts'
import { requireEveryNode } from '../kubelet/require-every-node.ts'
import { heldComponents, releaseLeases } from '../leader-election/leases.ts'
import { stopRestricted, withRestricted } from '../leader-election/restricted-controller-manager.ts'
import type { ClusterState, NodeState } from '../model.ts'
import { installManifest, isInstalled } from '../static-pods/manifests.ts'
import { previewWithoutApi } from './preview-without.ts'

/** Whether the first control plane has no manifest of a full one, or any a restricted one; else the API must say who leads. */
async function isMissing(cluster: ClusterState, signal: AbortSignal): Promise<boolean> {
  const [installed, restricted] = await Promise.all([
    isInstalled(cluster.first, ['kube-controller-manager'], signal),
    withRestricted(cluster, signal),
  ])
  return !installed || restricted.length > 0
}

/**
 * Starts exactly one. Its lease was released, so it takes over at once. If replicas already wait for the lease they
 * compete; otherwise the first control plane's is started, and the rest later, so that they do not compete for CPU.
 */
export const startControllerManager = stepFromFindings<NodeState>({
  id: 'start-controller-manager',
  title: 'Once every Node is back, let a full controller manager lead',
  describe: ({ node }) => [
    {
      node: node.name,
      action: 'release the lease of kube-controller-manager, and install its manifest where it is missing',
      reason: 'no full controller manager leads',
    },
  ],
  async previewWithout(cluster, context) {
    return (await isMissing(cluster, context.signal)) ? undefined : previewWithoutApi(cluster, context)
  },
  async find(cluster, { signal }) {
    const { first } = cluster
    if (await isMissing(cluster, signal)) return [first]
    return (await heldComponents(cluster, signal)).length > 0 ? [first] : []
  },
  async work(cluster, context, [first]) {
    if (!first) return
    const { signal } = context
    await Promise.all([requireEveryNode(cluster, signal), waitForReadyPods(cluster, signal)])
    const restricted = await withRestricted(cluster, signal)
    await Promise.all([
      ...restricted.map((host) => stopRestricted(host, cluster.learned.holds, signal)),
      releaseLeases(cluster, signal),
    ])
    await installManifest(context, first, 'kube-controller-manager')
  },
})
