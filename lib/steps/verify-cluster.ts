import { forEachNode } from '../engine/for-each-node.ts'
import { getRaw } from '../api/kube-api.ts'
import { heartbeatsIn } from '../kubelet/heartbeats.ts'
import { isInstalled } from '../static-pods/manifests.ts'
import { siteOf } from '../preflight/survey.ts'
import { components } from '../static-pods/sandboxes.ts'
import type { Step } from '../engine/step.ts'
import { waitFor } from '../engine/wait.ts'
import { currentLeaders } from '../leader-election/current-leader.ts'

/** Asked of the machines and the API, as if nothing were known. */
export const verifyCluster: Step = {
  id: 'verify-cluster',
  title: 'Confirm that the cluster leads itself again',
  async run(context) {
    const site = await siteOf(context)
    const { signal } = context
    await forEachNode(site.controlPlanes, async (host) => {
      if (!(await isInstalled(host, components, signal)))
        throw new Error(`the manifests on ${host.node.name} are not those that kubeadm prepared`)
    })
    await waitFor(
      'controller manager and scheduler lead, and every Node is Ready',
      async () => {
        const [[nodes], leading] = await Promise.all([
          getRaw(site.first, site, ['/api/v1/nodes'], signal),
          currentLeaders(site, signal),
        ])
        const seen = heartbeatsIn(undefined, nodes)
        const idle = [...leading].flatMap(([component, machine]) => (machine === undefined ? [component] : []))
        const unready = site.machines
          .filter(({ node }) => seen.get(node.name)?.ready !== true)
          .map(({ node }) => node.name)
        if (idle.length + unready.length > 0) throw new Error(`not yet: ${[...idle, ...unready].join(', ')}`)
        return true
      },
      { timeoutMs: 90_000, signal },
    )
    context.emit({ type: 'milestone.reached', milestone: 'verified', title: 'Repair verified' })
  },
}
