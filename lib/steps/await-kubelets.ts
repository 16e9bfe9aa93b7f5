import { forEachNode } from '../engine/for-each-node.ts'
import type { Step } from '../engine/step.ts'
import { waitFor, waitUntilNone } from '../engine/wait.ts'
import { heartbeats, isReadyAgain, leaseIsFresh } from '../kubelet/heartbeats.ts'
import { kubeletStartedAt } from '../kubelet/kubelet.ts'

export const awaitKubelets: Step = {
  id: 'await-kubelets',
  title: 'Wait until every kubelet renews its lease and every Node is Ready',
  followUp: true,
  async run(cluster, { emit, signal }) {
    const kubelets = await forEachNode(cluster.machines, async (host) => {
      const running = async () => {
        const startedAt = await kubeletStartedAt(host, signal)
        return startedAt > 0 && { name: host.node.name, startedAt }
      }
      return waitFor(`kubelet runs on ${host.node.name}`, running, { timeoutMs: 60_000, intervalMs: 500, signal })
    })
    const waitForAll = async (what: string, holds: typeof leaseIsFresh) => {
      const missing = async () => {
        const seen = await heartbeats(cluster, signal)
        return kubelets.filter((kubelet) => !holds(seen.get(kubelet.name), kubelet)).map(({ name }) => name)
      }
      await waitUntilNone(what, missing, { timeoutMs: 120_000, intervalMs: 200, signal })
    }
    await waitForAll('every kubelet has renewed its lease', leaseIsFresh)
    emit({ type: 'milestone.reached', milestone: 'leases-fresh', title: 'All leases renewed' })
    await waitForAll('every Node is Ready', isReadyAgain)
    emit({ type: 'milestone.reached', milestone: 'nodes-ready', title: 'All Nodes Ready' })
  },
}
