import { limitMs } from '../engine/time-limits.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import type { PlannedAction, Step } from '../engine/step.ts'
import { waitFor, waitUntilNone } from '../engine/wait.ts'
import { brokenAmong, brokenNodes } from '../kubelet/broken-nodes.ts'
import { heartbeats, isReadyAgain, leaseIsFresh, reportsAgain } from '../kubelet/heartbeats.ts'
import { kubeletStartedAt } from '../kubelet/kubelet.ts'
import { leaveMachines } from '../kubelet/leave-machines.ts'
import { storedNodes } from '../kubelet/stored-nodes.ts'
import type { BrokenNode, ClusterState } from '../model.ts'
import { previewWithoutApi } from './preview-without.ts'

/**
 * How long a Node that was not Ready before may take to become so, once the others are, in milliseconds: a kubelet that has
 * only just started reports its Node Ready within 5 s.
 */
const patienceMs = 8000

export const awaitKubelets: Step = {
  id: 'await-kubelets',
  title: 'Wait until every kubelet renews its lease and every Node is Ready that was before',
  followUp: true,
  async preview(cluster, context) {
    const answers = (await previewWithoutApi(cluster, context)) === undefined
    const ask = answers ? heartbeats : storedNodes
    const broken = brokenAmong(cluster, await ask(cluster, context.signal))
    return [
      { node: 'cluster', action: 'in any case', reason: 'a part of every repair' },
      ...[...broken].map(([node, { since }]): PlannedAction => {
        return { node, action: 'go on even if its Node is not Ready', reason: `it has not been Ready since ${since}` }
      }),
    ]
  },
  async run(cluster, { emit, signal }) {
    const broken = await brokenNodes(cluster, signal)
    const well = cluster.machines.filter(({ node }) => !broken.has(node.name))
    const started = await forEachNode(well, async (host) => {
      const { name } = host.node
      const running = async () => {
        const startedAt = await kubeletStartedAt(host, signal)
        return startedAt > 0 && { name, startedAt }
      }
      try {
        return [
          await waitFor(`kubelet runs on ${name}`, running, {
            timeoutMs: limitMs(60_000, host),
            intervalMs: 500,
            signal,
          }),
        ]
      } catch (error) {
        signal.throwIfAborted()
        leaveMachines(cluster, broken, [name], { reason: 'its kubelet does not run', isSilent: true, error })
        return []
      }
    })
    let kubelets = started.flat()
    const waitForAll = async (what: string, holds: typeof leaseIsFresh, reason: string) => {
      let names: readonly string[] = []
      const missing = async () => {
        const seen = await heartbeats(cluster, signal)
        names = kubelets.filter((kubelet) => !holds(seen.get(kubelet.name), kubelet)).map(({ name }) => name)
        return names
      }
      try {
        await waitUntilNone(what, missing, { timeoutMs: limitMs(120_000, cluster.first), intervalMs: 200, signal })
      } catch (error) {
        signal.throwIfAborted()
        leaveMachines(cluster, broken, names, { reason, isSilent: holds === leaseIsFresh, error })
        kubelets = kubelets.filter(({ name }) => !broken.has(name))
      }
    }
    const seconds = 'within 120 s'
    await waitForAll(
      'every kubelet has renewed its lease',
      leaseIsFresh,
      `its kubelet did not renew its lease ${seconds}`,
    )
    emit({ type: 'milestone.reached', milestone: 'leases-fresh', title: 'All leases renewed' })
    await waitForAll('every Node is Ready', isReadyAgain, `its Node was not Ready ${seconds}`)
    const title = broken.size === 0 ? 'All Nodes Ready' : 'All Nodes Ready that were before'
    emit({ type: 'milestone.reached', milestone: 'nodes-ready', title })
    await waitForBroken(cluster, broken, signal)
    for (const [node, { since, reason }] of broken) {
      const before = `its Node is not Ready, and has not been since ${since}, before the loss`
      emit({ type: 'node.left', node, reason: `${reason ?? before}; its pods may be left as they are` })
    }
  },
}

/** Those that are Ready now are awaited like the others from here on. */
async function waitForBroken(
  cluster: ClusterState,
  broken: Map<string, BrokenNode>,
  signal: AbortSignal,
): Promise<void> {
  const hosts = cluster.machines.filter(({ node }) => broken.has(node.name))
  if (hosts.length === 0) return
  const left = async () => {
    const seen = await heartbeats(cluster, signal)
    const still = await forEachNode(hosts, async (host) => {
      const { name } = host.node
      const kubelet = { startedAt: await kubeletStartedAt(host, signal) }
      const known = broken.get(name)
      if (!known) return []
      if (reportsAgain(seen.get(name), kubelet)) {
        broken.delete(name)
        return []
      }
      const heartbeat = seen.get(name)
      broken.set(name, { ...known, isSilent: !leaseIsFresh(heartbeat, kubelet) })
      const staysSo = heartbeat?.lacksNetwork && heartbeat.statusWrittenAt >= kubelet.startedAt
      return kubelet.startedAt > 0 && !staysSo ? [name] : []
    })
    return still.flat()
  }
  const what = 'every Node that was not Ready before the loss is so'
  await waitUntilNone(what, left, { timeoutMs: patienceMs, intervalMs: 500, signal }).catch(() =>
    signal.throwIfAborted(),
  )
}
