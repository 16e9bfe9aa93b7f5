import { evidenceOf } from '../../observe/evidence-of.ts'
import { collectEvictionEvents, type EvictionEvents, evictionEventsSchema } from './collect.ts'
import { onRunClock } from '../../observe/collecting.ts'
import { collectNodes, type NodeSnapshot, nodeSnapshotSchema } from '../../observe/node-snapshot.ts'
import { collectPods, type PodSnapshot, podSnapshotSchema } from '../../observe/pod-snapshot.ts'
import type { Check } from '../../model/check.ts'
import type { RunView } from '../../model/run-view.ts'
import { expectedNotReady } from '../../model/expected-not-ready.ts'
import { milestoneAt } from '../../model/milestone.ts'
import { conclude } from '../conclude.ts'
import { counted, seconds } from '../../model/format.ts'
import { recreatedPods, type RecreatedPods } from '../recreated-pods.ts'

const check = { id: 'no-eviction', title: 'No pod evicted' }

/** A canary tolerates a node that is not ready for 30 s at most instead of the 300 s of everybody. */
const canaryToleratesSeconds = 30
/** After the full controller manager is back: its node monitor waits so long before it taints a silent node (--node-monitor-grace-period). */
const monitorGraceMs = 50_000

export const noEviction: Check = {
  ...check,
  collect: {
    async baseline(context) {
      await Promise.all([collectNodes(context, 'baseline'), collectPods(context, 'baseline')])
    },
    recovered: (context) => collectNodes(context, 'recovered'),
    async settled(context) {
      await Promise.all([
        collectNodes(context, 'settled'),
        collectPods(context, 'settled'),
        collectEvictionEvents(context, 'settled'),
      ])
    },
  },
  judge(run) {
    const before = evidenceOf(run, 'pods-baseline', podSnapshotSchema)
    const after = evidenceOf(run, 'pods-settled', podSnapshotSchema)
    const events = evidenceOf(run, 'eviction-events-settled', evictionEventsSchema)
    const nodesBefore = evidenceOf(run, 'nodes-baseline', nodeSnapshotSchema)
    const nodesAfter = (['recovered', 'settled'] as const).map((when) =>
      evidenceOf(run, `nodes-${when}`, nodeSnapshotSchema),
    )
    const missing = [before, after, events, nodesBefore, ...nodesAfter].flatMap((evidence) =>
      evidence.ok ? [] : [evidence.unknown],
    )
    const known = new Set(nodesBefore.ok ? noExecuteTaints(nodesBefore.value) : [])
    const sinceMs = run.record.injectedAtMs ?? (before.ok ? before.value.atMs : 0)
    const tainted = nodesAfter
      .flatMap((nodes) => (nodes.ok ? noExecuteTaints(nodes.value) : []))
      .filter((taint) => !known.has(taint))
    // From a Node that is not Ready on purpose pods are evicted, before the fault and after it.
    const sick = expectedNotReady(run.events)
    const leaving = (before.ok ? before.value.pods : []).filter(({ node }) => sick.has(node ?? ''))
    const pods =
      before.ok && after.ok
        ? comparePods(
            withoutPods(before.value, leaving),
            after.value,
            recreatedPods(run.record, before.value, after.value),
          )
        : { failures: [], unknowns: [] }
    const window = windowOf(run, before.ok ? before.value : undefined, after.ok ? after.value : undefined)
    const uids = new Set(before.ok ? before.value.pods.map(({ uid }) => uid) : [])
    return conclude(check, {
      failures: [
        ...pods.failures,
        ...new Set(tainted),
        ...(events.ok ? evictionsIn(withoutSubjects(events.value, sick, leaving), sinceMs, uids) : []),
      ],
      unknowns: [...missing, ...pods.unknowns, ...window.unknowns],
      claim: `no NoExecute taint, none of ${counted(uids.size, 'pod')} deleted${window.text}`,
    })
  },
}

type Pods = PodSnapshot['pods']

const withoutPods = (snapshot: PodSnapshot, pods: Pods): PodSnapshot => ({
  ...snapshot,
  pods: snapshot.pods.filter((pod) => !pods.includes(pod)),
})

/** By name: the events of the taint eviction controller have no uid of the pod. */
function withoutSubjects(snapshot: EvictionEvents, nodes: ReadonlySet<string>, pods: Pods): EvictionEvents {
  const names = new Set(pods.map(({ namespace, name }) => `${namespace}/${name}`))
  const isExcused = ({ kind, namespace, name }: EvictionEvents['events'][number]) =>
    kind === 'Node' ? nodes.has(name) : names.has(`${namespace}/${name}`)
  return { ...snapshot, events: snapshot.events.filter((event) => !isExcused(event)) }
}

const noExecuteTaints = ({ nodes }: NodeSnapshot) =>
  nodes.flatMap(({ name, taints }) =>
    taints.filter(({ effect }) => effect === 'NoExecute').map(({ key }) => `${name} has the NoExecute taint ${key}`),
  )

function comparePods(
  before: PodSnapshot,
  after: PodSnapshot,
  recreated: RecreatedPods,
): { readonly failures: readonly string[]; readonly unknowns: readonly string[] } {
  const now = new Map(after.pods.map((pod) => [pod.uid, pod]))
  const stayed = before.pods.filter(({ mirror, deleting, phase }) => !mirror && !deleting && phase === 'Running')
  return {
    failures: stayed.flatMap(({ namespace, name, uid }) => {
      if (recreated.uids.has(uid)) return []
      const pod = now.get(uid)
      if (!pod) return [`pod ${namespace}/${name} was deleted`]
      return pod.deleting || pod.phase !== 'Running'
        ? [`pod ${namespace}/${name} is ${pod.deleting ? 'being deleted' : pod.phase}`]
        : []
    }),
    unknowns: tolerationsOfCanaries(stayed).length === 0 ? ['no canary was there to be evicted early'] : [],
  }
}

const tolerationsOfCanaries = (pods: PodSnapshot['pods']) =>
  pods.flatMap(({ evictedAfterSeconds: seconds }) =>
    seconds !== null && seconds <= canaryToleratesSeconds ? [seconds] : [],
  )

/** Events since the fault that only an eviction leaves, even one that was called off. A kubelet's own NodeNotReady is none. */
function evictionsIn(snapshot: EvictionEvents, sinceMs: number, uids: ReadonlySet<string>): readonly string[] {
  return snapshot.events
    .filter(({ at }) => (onRunClock(snapshot, at) ?? Number.POSITIVE_INFINITY) >= sinceMs)
    .filter(({ reason, component, uid }) =>
      reason === 'NodeNotReady'
        ? component === 'node-controller'
        : reason === 'Killing'
          ? false
          : reason !== 'Evicted' || uids.has(uid),
    )
    .map(
      ({ reason, kind, namespace, name, message }) =>
        `${reason} of ${kind} ${namespace ? `${namespace}/` : ''}${name}: ${message}`,
    )
}

/** A run that was not repaired, or had no fault, has no controller manager that came back, and so no window. */
function windowOf(
  run: RunView,
  before: PodSnapshot | undefined,
  after: PodSnapshot | undefined,
): { readonly unknowns: readonly string[]; readonly text: string } {
  const { injectedAtMs, milestones } = run.record
  if (injectedAtMs === null || after === undefined) return { unknowns: [], text: '' }
  const recoveredMs = milestoneAt(milestones, 'recovered')
  if (recoveredMs === null) return { unknowns: ['the controllers that evict never came back'], text: '' }
  const waitedMs = after.atMs - injectedAtMs - recoveredMs
  const text = `, ${seconds(waitedMs)} after all controllers were back`
  const evictionWindowMs =
    monitorGraceMs + 1000 * Math.min(...tolerationsOfCanaries(before?.pods ?? []), canaryToleratesSeconds)
  if (waitedMs >= evictionWindowMs) return { unknowns: [], text }
  return {
    unknowns: [
      `observed ${seconds(waitedMs)} after all controllers were back, evictions can take ${seconds(evictionWindowMs)}`,
    ],
    text,
  }
}
