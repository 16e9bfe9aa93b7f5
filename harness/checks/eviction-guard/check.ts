import type { Check } from '../../model/check.ts'
import { counted, seconds } from '../../model/format.ts'
import { milestoneAt } from '../../model/milestone.ts'
import { revokedIn, type RunRecord } from '../../model/run-record.ts'
import { renewsCredentials } from '../../model/subject.ts'
import type { RunView } from '../../model/run-view.ts'
import { evidenceOf } from '../../observe/evidence-of.ts'
import { isInfrastructure } from '../../observe/infrastructure-pods.ts'
import { podSnapshotSchema } from '../../observe/pod-snapshot.ts'
import { conclude } from '../conclude.ts'
import { recreatedPods } from '../recreated-pods.ts'
import { collectGuard } from './collect.ts'
import { type EvictionGuard, evictionGuardSchema } from './evidence.ts'

const check = { id: 'eviction-guard', title: 'Nothing is evicted, even for a moment' }

/** The API servers write the endpoints of this Service themselves, one for each of them, and they are what is lost. */
const ownService = 'default/kubernetes'
/** So long may be unwatched after the recovery at most, as when a control plane's API server hands over. */
const longestGapMs = 2000
/** The API answers first to whoever repairs; so much later it must be watched, unless its servers are started again. */
const resumedWithinMs = 10_000

/**
 * By a watch of EndpointSlices, Nodes and pods from the baseline to the end of the eviction window: a pod that left the endpoints of a
 * Service for a second was turned out, whatever the end looks like. Pods that the repair restarts in place, because their credentials
 * were replaced, may leave for that time, and are named.
 */
export const evictionGuard: Check = {
  ...check,
  collect: collectGuard,
  judge(run) {
    const seen = evidenceOf(run, 'eviction-guard', evictionGuardSchema)
    const pods = podsOf(run)
    if (!seen.ok || typeof pods === 'string')
      return conclude(check, {
        failures: [],
        unknowns: [...(seen.ok ? [] : [seen.unknown]), ...(typeof pods === 'string' ? [pods] : [])],
        claim: '',
      })
    const guard = seen.value
    const judged = guard.services.filter(({ service }) => service !== ownService)
    const members = judged.reduce((sum, { ready }) => sum + ready.length, 0)
    const { failures, facts } = shrinkings(guard, pods)
    const unwatchedMs = guard.gaps.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
    return conclude(check, {
      failures: [...failures, ...taintsIn(guard), ...deletionsIn(guard, pods)],
      unknowns: [...(members === 0 ? ['no Service had a ready pod'] : []), ...unwatched(guard, run.record)],
      claim: `${counted(judged.length, 'Service')} with ${counted(members, 'ready pod')} kept them, no Node was tainted and no pod deleted, watched for ${seconds(guard.toMs - guard.fromMs)}${unwatchedMs === 0 ? '' : ` but for ${seconds(unwatchedMs)} in all`}${facts.length === 0 ? '' : `; ${counted(facts.length, 'exception')}`}`,
      facts: [
        ...facts,
        ...guard.gaps.map(
          ({ fromMs, toMs }) => `not watched for ${seconds(toMs - fromMs)}, from ${seconds(fromMs)} on`,
        ),
        ...readinessIn(guard),
        `${ownService}: written by the API servers themselves, and not judged`,
      ],
    })
  },
}

interface Pods {
  /** May leave a ready set while the repair restarts them: namespace and name. */
  readonly mayLeave: (pod: string) => boolean
  /** The repair deletes them, as it was told to. */
  readonly recreated: ReadonlySet<string>
}

/** The same rule as that of workloads-undisturbed: the cluster's own pods, and those that read their credentials once, where these are new. */
function podsOf(run: RunView): Pods | string {
  const before = evidenceOf(run, 'pods-baseline', podSnapshotSchema)
  const after = evidenceOf(run, 'pods-settled', podSnapshotSchema)
  if (!before.ok) return before.unknown
  if (!after.ok) return after.unknown
  const clients = before.value.pods.filter((pod) => isInfrastructure(pod) || pod.readsOnce)
  const names = new Set(
    renewsCredentials(revokedIn(run.record)) ? clients.map(({ namespace, name }) => `${namespace}/${name}`) : [],
  )
  return {
    mayLeave: (pod) => names.has(pod),
    recreated: recreatedPods(run.record, before.value, after.value).uids,
  }
}

/** Who left a ready set, when, and for how long. */
function shrinkings({ shrunk, toMs, pods }: EvictionGuard, { mayLeave, recreated }: Pods) {
  const failures: string[] = []
  const facts: string[] = []
  const deleted = new Set(pods.filter(({ uid }) => recreated.has(uid)).map(({ pod }) => pod))
  for (const { service, member, fromMs, untilMs } of absences(shrunk)) {
    const text = `${service}: ${member} left the ready endpoints ${untilMs === undefined ? 'and did not come back' : `for ${seconds(untilMs - fromMs)}`}, at ${seconds(fromMs)}`
    if (deleted.has(member)) facts.push(`${text}: the repair made another in its place, as it was told to`)
    else if (mayLeave(member) && untilMs !== undefined && untilMs <= toMs)
      facts.push(`${text}: restarted in place, because its credentials were replaced`)
    else if (service !== ownService) failures.push(text)
  }
  return { failures, facts }
}

interface Absence {
  readonly service: string
  readonly member: string
  readonly fromMs: number
  readonly untilMs: number | undefined
}

/** Each member's absences from the ready set of each Service. */
function absences(shrunk: EvictionGuard['shrunk']): readonly Absence[] {
  const open = new Map<string, Absence>()
  const over: Absence[] = []
  for (const { atMs, service, missing } of shrunk) {
    for (const [key, absence] of open) {
      if (absence.service !== service || missing.includes(absence.member)) continue
      over.push({ ...absence, untilMs: atMs })
      open.delete(key)
    }
    for (const member of missing) {
      const key = `${service} ${member}`
      if (!open.has(key)) open.set(key, { service, member, fromMs: atMs, untilMs: undefined })
    }
  }
  return [...over, ...open.values()].sort((a, b) => a.fromMs - b.fromMs)
}

/** The first look at a Node is what was there before. */
function taintsIn({ nodes }: EvictionGuard): readonly string[] {
  const atFirst = new Map<string, readonly string[]>()
  return nodes.flatMap(({ node, atMs, ready, noExecute }) => {
    const before = atFirst.get(node)
    if (!before) atFirst.set(node, noExecute)
    return [
      ...noExecute
        .filter((key) => before && !before.includes(key))
        .map((key) => `${node} had the NoExecute taint ${key} at ${seconds(atMs)}`),
      ...(ready === 'deleted' ? [`Node ${node} was deleted at ${seconds(atMs)}`] : []),
    ]
  })
}

const deletionsIn = ({ pods }: EvictionGuard, { recreated }: Pods): readonly string[] =>
  pods.filter(({ uid }) => !recreated.has(uid)).map(({ pod, what, atMs }) => `pod ${pod}: ${what} at ${seconds(atMs)}`)

/** Readiness by the Node's own object evicts nobody by itself. */
function readinessIn({ nodes }: EvictionGuard): readonly string[] {
  const last = new Map<string, string>()
  return nodes.flatMap(({ node, atMs, ready }) => {
    const before = last.get(node)
    last.set(node, ready)
    return before === undefined || before === ready ? [] : [`${node}: Ready became ${ready} at ${seconds(atMs)}`]
  })
}

/** Before the loss, and from the API's return to the end, the watch must have been on; between them nobody could. */
function unwatched(
  { fromMs, toMs, gaps }: EvictionGuard,
  { injectedAtMs, milestones, phases }: RunRecord,
): readonly string[] {
  const settleFromMs = phases.find(({ id }) => id === 'settle')?.fromMs ?? Infinity
  const since = (id: string): number | null => {
    const at = milestoneAt(milestones, id)
    return injectedAtMs === null || at === null ? null : injectedAtMs + at
  }
  // A run without a loss has an API throughout.
  const recoveredMs = injectedAtMs === null ? fromMs : (since('recovered') ?? Infinity)
  const returnedMs = since('api-ready') ?? Infinity
  const longest = (afterMs: number, beforeMs: number) =>
    Math.max(0, ...gaps.map((gap) => Math.min(gap.toMs, beforeMs) - Math.max(gap.fromMs, afterMs)))
  const [late, lost] = [longest(returnedMs, recoveredMs), longest(recoveredMs, Infinity)]
  return [
    ...(fromMs > (injectedAtMs ?? settleFromMs) ? ['watched only after the loss'] : []),
    ...(toMs < settleFromMs ? ['not watched until the repair was over'] : []),
    ...(late > resumedWithinMs ? [`not watched for ${seconds(late)} while the API was back`] : []),
    ...(lost > longestGapMs
      ? [`not watched for ${seconds(lost)} ${injectedAtMs === null ? '' : 'after the recovery'}`.trimEnd()]
      : []),
  ]
}
