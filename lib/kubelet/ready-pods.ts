import { limitMs } from '../engine/time-limits.ts'
import { getRaw } from '../api/kube-api.ts'
import { podsIn, type Container, type Pod } from '../api/pods.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { waitUntilNone } from '../engine/wait.ts'
import type { ClusterState } from '../model.ts'
import { kubeletStartedAt } from './kubelet.ts'

const runningPods = '/api/v1/pods?fieldSelector=status.phase%3DRunning'

/** Running, and since before its kubelet: a time in seconds since 1970. */
const hasRunSince = ({ startedAt }: Container, at: number): boolean => startedAt > 0 && startedAt < at

const nameOf = ({ namespace, name }: Pod) => `${namespace}/${name}`

/**
 * Kubelets before 1.35 report every pod unready when they start, until its first probe. Waits for the pods that became
 * unready since then, so that a full controller manager does not remove them from their Services; not for pods that
 * were unready before, nor for those of a machine without a kubelet, which reports nothing. A pod that is not Ready in time holds
 * nobody up: it may be a client that the API rejects until it is restarted, later.
 */
export async function waitForReadyPods(
  cluster: ClusterState,
  signal: AbortSignal,
  timeoutMs = limitMs(60_000, cluster.first),
): Promise<void> {
  const { unreadyPods } = cluster.learned
  const kubelets = await forEachNode(
    cluster.machines,
    async (host) => [host.node.name, await kubeletStartedAt(host, signal)] as const,
  )
  const startedAt = new Map(kubelets.filter(([, at]) => at > 0))
  let late: readonly Pod[] = []
  const unready = async () => {
    const [list] = await getRaw(cluster.first, cluster, [runningPods], signal)
    late = podsIn(list)
      .filter(({ namespace, isMirror }) => !(namespace === 'kube-system' && isMirror))
      .filter(({ ready, node, readyChangedAt }) => !ready && readyChangedAt >= (startedAt.get(node) ?? Infinity))
      // One whose containers start again and again is unready by itself.
      .filter(({ node, containers }) => containers.every((each) => hasRunSince(each, startedAt.get(node) ?? Infinity)))
      .filter(({ uid }) => !unreadyPods.has(uid))
    return late.map(nameOf)
  }
  const what = 'the pods that were ready before their kubelet started are ready again'
  try {
    await waitUntilNone(what, unready, { timeoutMs, intervalMs: 250, signal })
  } catch (error) {
    signal.throwIfAborted()
    if (late.length === 0) throw error
    for (const { uid } of late) unreadyPods.add(uid)
  }
}

/** Names, at the end, the pods that were not Ready in time then, and are not now. */
export async function nameUnreadyPods(
  cluster: ClusterState,
  { emit, signal }: Pick<RecoveryContext, 'emit' | 'signal'>,
): Promise<void> {
  const { unreadyPods } = cluster.learned
  if (unreadyPods.size === 0) return
  const [list] = await getRaw(cluster.first, cluster, [runningPods], signal)
  const reason = 'it was Ready before its kubelet was restarted, and is not now'
  for (const pod of podsIn(list).filter(({ uid, ready }) => !ready && unreadyPods.has(uid)))
    emit({ type: 'pod.left', node: pod.node, pod: nameOf(pod), reason })
}
