import { limitMs } from '../engine/time-limits.ts'
import { getRaw } from '../api/kube-api.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import type { Step } from '../engine/step.ts'
import { waitUntilNone } from '../engine/wait.ts'
import { brokenNodes } from '../kubelet/broken-nodes.ts'
import { heartbeats, heartbeatsIn, reportsAgain, type Heartbeat } from '../kubelet/heartbeats.ts'
import { kubeletStartedAt } from '../kubelet/kubelet.ts'
import { leaveMachines } from '../kubelet/leave-machines.ts'
import { nameUnreadyPods } from '../kubelet/ready-pods.ts'
import { currentLeaders } from '../leader-election/current-leader.ts'
import type { BrokenNode, ClusterState } from '../model.ts'
import { components } from '../static-pods/components.ts'
import { isInstalled } from '../static-pods/manifests.ts'

/** Of the machines that were left those whose kubelets report now: without that a Node may say Ready for 40 s more. */
async function backAgain(
  cluster: ClusterState,
  broken: ReadonlyMap<string, BrokenNode>,
  signal: AbortSignal,
): Promise<string[]> {
  const left = cluster.machines.filter(({ node }) => broken.get(node.name)?.reason !== undefined)
  if (left.length === 0) return []
  const seen = await heartbeats(cluster, signal)
  const back = await forEachNode(left, async (host) => {
    const { name } = host.node
    const kubelet = { startedAt: await kubeletStartedAt(host, signal) }
    return reportsAgain(seen.get(name), kubelet) ? [name] : []
  })
  return back.flat()
}

/** Asks the machines and the API again, whatever the steps before found. */
export const verifyCluster: Step = {
  id: 'verify-cluster',
  title: 'Verify that the control plane leads again and every Node is Ready that was before',
  followUp: true,
  async run(cluster, { emit, signal }) {
    await forEachNode(cluster.controlPlanes, async (host) => {
      if (!(await isInstalled(host, components, signal)))
        throw new Error(`a control plane manifest is missing on ${host.node.name}`)
    })
    const broken = await brokenNodes(cluster, signal)
    const names = cluster.machines.map(({ node }) => node.name).filter((name) => !broken.has(name))
    let seen: ReadonlyMap<string, Heartbeat> = new Map()
    let idle: readonly string[] = []
    const unready = () => names.filter((name) => seen.get(name)?.ready !== true)
    const lacking = async () => {
      const [[nodes], leaders] = await Promise.all([
        getRaw(cluster.first, cluster, ['/api/v1/nodes'], signal),
        currentLeaders(cluster, signal),
      ])
      seen = heartbeatsIn(undefined, nodes)
      idle = [...leaders].flatMap(([component, machine]) => (machine === undefined ? [component] : []))
      return [...idle, ...unready()]
    }
    const what = 'controller manager and scheduler lead, and every Node is Ready that was before'
    try {
      await waitUntilNone(what, lacking, { timeoutMs: limitMs(90_000, cluster.first), signal })
    } catch (error) {
      signal.throwIfAborted()
      if (idle.length > 0) throw error
      const left = { reason: 'its Node is not Ready any more', isSilent: false, error }
      const late = unready()
      leaveMachines(cluster, broken, late, left)
      for (const node of late) emit({ type: 'node.left', node, reason: left.reason })
    }
    for (const node of await backAgain(cluster, broken, signal)) emit({ type: 'node.back', node })
    await nameUnreadyPods(cluster, { emit, signal })
    emit({ type: 'milestone.reached', milestone: 'verified', title: 'Repair verified' })
  },
}
