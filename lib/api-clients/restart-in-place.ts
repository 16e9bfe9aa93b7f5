import { limitMs } from '../engine/time-limits.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import { bash, runScript, type Script } from '../shell/bash.ts'
import type { Container, Pod, PreStop } from '../api/pods.ts'
import type { ClusterState } from '../model.ts'
import { waitFor } from '../engine/wait.ts'
import { leaveServices } from './leave-services.ts'
import type { ListPods } from './list-pods.ts'

/**
 * Services lead to a pod again when kube-proxy has seen its endpoint: within its minSyncPeriod, 1 s (pkg/proxy/apis/config), and as long
 * again for the endpoint itself. The API's times are whole seconds, which adds one.
 */
const leadsAgainMs = 3000

/** Beyond the grace period: the time that the runtime itself may take, in seconds. */
const marginSeconds = 30

/**
 * Stops the pod's containers; kubelet starts them again in the same sandbox, the first time without delay: same pod, same
 * address, same volumes. Resolves when they run, and are Ready if they were before. They have the grace period of their pod,
 * however long, and their preStop hooks run first, as kubelet has it: the runtime knows nothing of hooks. Only node daemons and
 * DNS are killed: on SIGTERM CoreDNS would stay in lameduck mode for 5 s, and be missing as long afterwards. Before, it takes the pod
 * out of its Services where they lead to its siblings too; else it waits until they lead to those that have just come back.
 * @param pods lists the pods now
 * @returns false where it was put off, once for each pod: a kube-proxy still leads to it, which perhaps has to be restarted itself
 */
export async function restartInPlace(
  cluster: ClusterState,
  pod: Pod,
  pods: ListPods,
  signal: AbortSignal,
): Promise<boolean> {
  const host = cluster.machines.find(({ node }) => node.name === pod.node)
  if (!host) throw new Error(`${pod.namespace}/${pod.name} runs on ${pod.node}, which the inventory does not name`)
  // Who cannot be listed is not waited for.
  const all = await pods().catch(() => [])
  signal.throwIfAborted()
  const overMs = performance.now() + siblingsWaitMs(pod, all, Date.now())
  const wasReady = pod.ready || all.some(({ uid, ready }) => uid === pod.uid && ready)
  const siblings = new Set(readySiblings(pod, all).map(({ uid }) => uid))
  const place =
    siblings.size > 0 ? await leaveServices(cluster, pod, siblings, { host, waitMs: leadsAgainMs, signal }) : 'stays'
  if (place === 'led to' && !cluster.learned.putOff.has(pod.uid)) {
    cluster.learned.putOff.add(pod.uid)
    return false
  }
  if (place !== 'left') await sleep(Math.max(0, overMs - performance.now()), undefined, { signal })
  const grace = pod.isNodeDaemon || pod.isDns ? 0 : pod.graceSeconds
  const running = pod.containers.filter(({ id }) => id !== '')
  const ids = running.map(({ id }) => id)
  // At once, because crictl stops one after another.
  const script = bash`
jobs=()
${{ text: running.map((container) => stopping(container, grace).text).join('') }}
for job in "\${jobs[@]}"; do wait "$job"; done
`
  const timeoutMs = (grace + 2 * marginSeconds) * 1000
  await runScript(host.node, `restart ${pod.namespace}/${pod.name} in place`, script, { signal, timeoutMs })
  await waitFor(
    `${pod.namespace}/${pod.name} runs again`,
    async () => {
      const now = (await pods()).find(({ uid }) => uid === pod.uid)
      if (!now) return true
      const isNew = now.containers.every(({ id, startedAt }) => !ids.includes(id) && startedAt > 0)
      return isNew && (now.ready || !wasReady)
    },
    { timeoutMs: limitMs(90_000, host), intervalMs: 250, signal },
  )
  return true
}

/** Pure: for how long, in ms, a pod must wait for its siblings. At most `leadsAgainMs`, however the machines' clocks are set. */
export function siblingsWaitMs(
  pod: Parameters<typeof readySiblings>[0],
  pods: readonly Sibling[],
  nowMs: number,
): number {
  const waits = readySiblings(pod, pods).map(({ readyChangedAt }) => readyChangedAt * 1000 + leadsAgainMs - nowMs)
  return Math.min(leadsAgainMs, Math.max(0, ...waits))
}

type Sibling = Pick<Pod, 'uid' | 'owner' | 'ready' | 'readyChangedAt'>

/** The other Ready pods of its owner. Node daemons are not led to, and restarted all at once. */
function readySiblings(
  { uid, owner, isNodeDaemon }: Pick<Pod, 'uid' | 'owner' | 'isNodeDaemon'>,
  pods: readonly Sibling[],
): readonly Sibling[] {
  return owner === undefined || isNodeDaemon
    ? []
    : pods.filter((one) => one.owner === owner && one.uid !== uid && one.ready)
}

/** Starts a job that stops a container; a hook takes of the grace period, and leaves 2 s at least (kubelet, kuberuntime_container.go). */
function stopping({ id, preStop }: Container, grace: number): Script {
  const limit = `${grace + marginSeconds}s`
  if (!preStop || grace === 0)
    return bash`crictl --timeout ${limit} stop --timeout ${grace} ${id} & jobs+=($!)
`
  return bash`{
  began=$SECONDS
  ${hookOf(preStop, id, grace)} >&2 || true
  left=$((${grace} + began - SECONDS))
  crictl --timeout ${limit} stop --timeout "$((left < 2 ? 2 : left))" ${id}
} & jobs+=($!)
`
}

function hookOf(preStop: PreStop, id: string, grace: number): Script {
  if ('seconds' in preStop) return bash`sleep ${Math.min(preStop.seconds, grace)}`
  if ('url' in preStop) return bash`curl --silent --show-error --insecure --max-time ${grace} ${preStop.url}`
  return bash`crictl --timeout ${`${grace}s`} exec --sync --timeout ${grace} ${id} ${preStop.command}`
}
