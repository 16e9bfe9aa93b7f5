import { forEachNode } from '../engine/for-each-node.ts'
import { heartbeats, isReadyAgain, leaseIsFresh } from '../kubelet/heartbeats.ts'
import { kubeletStartedAt } from '../kubelet/kubelet.ts'
import { siteOf } from '../preflight/survey.ts'
import type { Step } from '../engine/step.ts'
import { waitFor } from '../engine/wait.ts'

export const awaitKubelets: Step = {
  id: 'await-kubelets',
  title: 'Wait until every kubelet renews its lease and every Node is Ready',
  async run(context) {
    const site = await siteOf(context)
    const { signal } = context
    const kubelets = await forEachNode(site.machines, async (host) => {
      const look = async () => {
        const startedAt = await kubeletStartedAt(host, signal)
        return startedAt > 0 && { name: host.node.name, startedAt }
      }
      return waitFor(`kubelet runs on ${host.node.name}`, look, { timeoutMs: 60_000, intervalMs: 500, signal })
    })
    const waitForAll = async (what: string, holds: typeof leaseIsFresh) => {
      await waitFor(
        what,
        async () => {
          const seen = await heartbeats(site, signal)
          const missing = kubelets.filter((kubelet) => !holds(seen.get(kubelet.name), kubelet)).map(({ name }) => name)
          if (missing.length > 0) throw new Error(`not yet: ${missing.join(', ')}`)
          return true
        },
        { timeoutMs: 120_000, intervalMs: 200, signal },
      )
    }
    await waitForAll('every kubelet has renewed its lease', leaseIsFresh)
    context.emit({ type: 'milestone.reached', milestone: 'leases-fresh', title: 'All leases renewed' })
    await waitForAll('every Node is Ready', isReadyAgain)
    context.emit({ type: 'milestone.reached', milestone: 'nodes-ready', title: 'All Nodes Ready' })
  },
}
