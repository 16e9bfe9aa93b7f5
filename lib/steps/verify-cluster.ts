import { getRaw } from '../api/kube-api.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import type { Step } from '../engine/step.ts'
import { waitFor } from '../engine/wait.ts'
import { heartbeatsIn } from '../kubelet/heartbeats.ts'
import { currentLeaders } from '../leader-election/current-leader.ts'
import { components } from '../static-pods/components.ts'
import { isInstalled } from '../static-pods/manifests.ts'

/** Asks the machines and the API again, whatever the steps before found. */
export const verifyCluster: Step = {
  id: 'verify-cluster',
  title: 'Verify that the control plane leads again and every Node is Ready',
  followUp: true,
  async run(cluster, { emit, signal }) {
    await forEachNode(cluster.controlPlanes, async (host) => {
      if (!(await isInstalled(host, components, signal)))
        throw new Error(`a control plane manifest is missing on ${host.node.name}`)
    })
    await waitFor(
      'controller manager and scheduler lead, and every Node is Ready',
      async () => {
        const [[nodes], leaders] = await Promise.all([
          getRaw(cluster.first, cluster, ['/api/v1/nodes'], signal),
          currentLeaders(cluster, signal),
        ])
        const seen = heartbeatsIn(undefined, nodes)
        const idle = [...leaders].flatMap(([component, machine]) => (machine === undefined ? [component] : []))
        const unready = cluster.machines
          .filter(({ node }) => seen.get(node.name)?.ready !== true)
          .map(({ node }) => node.name)
        if (idle.length + unready.length > 0) throw new Error(`not yet: ${[...idle, ...unready].join(', ')}`)
        return true
      },
      { timeoutMs: 90_000, signal },
    )
    emit({ type: 'milestone.reached', milestone: 'verified', title: 'Repair verified' })
  },
}
