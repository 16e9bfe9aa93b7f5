import { limitMs } from '../engine/time-limits.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import { waitFor } from '../engine/wait.ts'
import { requireEveryNode } from '../kubelet/require-every-node.ts'
import { currentLeaders } from '../leader-election/current-leader.ts'
import type { NodeState } from '../model.ts'
import { describeInstall, installManifests, withoutManifest } from '../static-pods/manifests.ts'

/** Checks every Node again: the first may have been started long ago, by an earlier run of the repair. */
export const startOtherControllerManagers = stepFromFindings<NodeState>({
  id: 'start-other-controller-managers',
  title: 'Once the first controller manager leads and every Node is still there, start the others',
  describe: describeInstall('kube-controller-manager'),
  async find(cluster, context) {
    if (cluster.controlPlanes.length === 1) return []
    return (await withoutManifest(cluster, context, 'kube-controller-manager')).filter((host) => host !== cluster.first)
  },
  async work(cluster, context, others) {
    const { signal } = context
    // Those that have none cannot lead: that is the lease of before the loss.
    const lost = new Set(others.map(({ node }) => node.name))
    const leads = async () => {
      const leader = (await currentLeaders(cluster, signal)).get('kube-controller-manager')
      return leader !== undefined && !lost.has(leader)
    }
    await waitFor('a controller manager leads', leads, { timeoutMs: limitMs(60_000, cluster.first), signal })
    await requireEveryNode(cluster, signal)
    await installManifests(context, others, 'kube-controller-manager')
  },
})
