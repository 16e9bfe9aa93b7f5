import { hostFactor, judgeBudget } from '../../harness/model/host-speed.ts'
import { milestoneAt } from '../../harness/model/milestone.ts'
import { isApiPath } from '../../harness/model/probe-path.ts'
import type { ProbeSummary, RunRecord, Verdict } from '../../harness/model/run-record.ts'
import { requiredOneIn } from '../../harness/probe/analysis/detectable-rate.ts'
import { worstDowntime } from './downtime.ts'
import { expectedEnd, type ExpectedEnd } from './expected-end.ts'
import { budgetText, cpuText } from './host-budgets.ts'
import { formatCount, formatCounted, formatDuration, formatShare } from './figures.ts'
import { floorText } from './measurement-claim.ts'
import { workloadProbes } from './record.ts'

/** One of the headline figures of a report. */
export interface KeyFigure {
  readonly id: 'control-plane' | 'workloads' | 'repair' | 'measured'
  readonly label: string
  readonly value: string
  readonly notes: readonly string[]
  /** Null where there is nothing to judge. */
  readonly verdict: Verdict | null
}

/** The headline figures: downtime of control plane and workloads, duration of the repair, coverage. */
export function keyFigures(record: RunRecord): readonly KeyFigure[] {
  return [controlPlane(record), workloads(record), repair(record), measured(record)]
}

function controlPlane(record: RunRecord): KeyFigure {
  const { injectedAtMs, milestones, durationMs } = record
  const figure = { id: 'control-plane', label: 'Control plane down' } as const
  if (injectedAtMs === null) return { ...figure, value: 'Not touched', notes: ['no fault was injected'], verdict: null }
  const recoveredMs = milestoneAt(milestones, 'recovered')
  const [served] = findings(record, ['api-never-down', 'api-served-through-restarts'])
  if (served) return { ...figure, ...servedThroughout(served, recoveredMs) }
  if (recoveredMs !== null) {
    const onTheWay = lastOnTheWay(milestones)
    const notes = ['from the fault injection until the cluster was recovered', ...onTheWay]
    return { ...figure, value: formatDuration(recoveredMs), notes, verdict: verdictOf(record, ['recovered']) }
  }
  const end = expectedEnd(record)
  if (end?.kind === 'nothing-to-do')
    return { ...figure, value: 'Nothing lost', notes: ['the changes beforehand need no repair'], verdict: null }
  const lasted =
    durationMs === null ? [] : [`for at least ${formatDuration(durationMs - injectedAtMs)}, until the run ended`]
  return {
    ...figure,
    value: end?.verdict === 'pass' ? 'Not recovered, as expected' : 'Not recovered',
    notes: [...lasted, ...(end ? [`expected: ${end.expected}`] : lastOnTheWay(milestones))],
    verdict: end?.verdict ?? verdictOf(record, ['recovered']),
  }
}

/** After a loss that the API is to survive, its own samples count, not the time until the cluster was whole. */
function servedThroughout(
  { verdict, summary }: RunRecord['findings'][number],
  recoveredMs: number | null,
): Pick<KeyFigure, 'value' | 'notes' | 'verdict'> {
  const values: Readonly<Record<Verdict, string>> = { pass: 'Not at all', fail: 'Interrupted', unknown: 'Not known' }
  const whole = recoveredMs === null ? [] : [`whole again ${formatDuration(recoveredMs)} after the fault injection`]
  return { value: values[verdict], notes: [summary, ...whole], verdict }
}

/** The last thing that the recovery announced before the cluster was whole. */
function lastOnTheWay(milestones: RunRecord['milestones']): readonly string[] {
  const last = milestones.findLast(({ id }) => id !== 'recovered')
  return last ? [`last milestone: ${last.title}, after ${formatDuration(last.atMs)}`] : ['no milestone was reached']
}

function workloads(record: RunRecord): KeyFigure {
  const figure = { id: 'workloads', label: 'Workloads down' } as const
  const probes = workloadProbes(record)
  if (probes.length === 0)
    return { ...figure, value: 'Not measured', notes: ['nothing was probed'], verdict: 'unknown' }
  const verdict = verdictOf(record, ['no-downtime', 'workloads-undisturbed', 'no-eviction'])
  const sum = (key: 'ok' | 'failed') => probes.reduce((total, probe) => total + probe[key], 0)
  const measuredCount = sum('ok') + sum('failed')
  const worst = worstDowntime(probes)
  const notPassed = findings(record, ['no-downtime', 'workloads-undisturbed', 'no-eviction']).filter(
    (finding) => finding.verdict !== 'pass',
  )
  const because = notPassed.map(({ id, summary }) => `${id}: ${summary}`)
  if (worst === undefined) {
    const notes = [
      `0 of ${formatCounted(measuredCount, 'probe')} failed; longest gap ${longestGap(record)}`,
      ...because,
    ]
    return { ...figure, value: verdict === 'pass' ? 'Not at all' : 'No failed probe', notes, verdict }
  }
  const down = probes.filter(({ failed }) => failed > 0).length
  const notes = [
    `on ${worst.probe.id}: between ${formatDuration(worst.lowerMs)} and ${worst.open ? 'the end of the run' : formatDuration(worst.upperMs)}`,
    `${formatCount(sum('failed'))} of ${formatCounted(measuredCount, 'probe')} failed, on ${down} of ${formatCounted(probes.length, 'path')}; longest gap ${longestGap(record)}`,
    ...because.filter((text) => !text.startsWith('no-downtime')),
  ]
  return {
    ...figure,
    value: `${worst.open ? '≥\u00A0' : ''}${formatDuration(worst.pointMs)}`,
    notes,
    verdict: verdict === 'pass' ? 'pass' : verdict,
  }
}

function repair(record: RunRecord): KeyFigure {
  const { milestones, budgets } = record
  const end = expectedEnd(record)
  if (end) return endFigure(end)
  const figure = { id: 'repair', label: 'Repair took' } as const
  const [startedMs, recoveredMs] = ['recovery-started', 'recovered'].map((id) => milestoneAt(milestones, id))
  if (startedMs == null) return { ...figure, value: 'No repair', notes: ['no repair was started'], verdict: null }
  const budgetMs = budgets.milestones['recovered']?.ms
  const budget = budgetMs === undefined ? [] : [budgetText(budgetMs, record.hostSpeed)]
  if (recoveredMs == null)
    return { ...figure, value: 'Not finished', notes: budget, verdict: verdictOf(record, ['recovered']) }
  const tookMs = recoveredMs - startedMs
  const steps = record.steps.filter(({ status }) => status === 'done').length
  const cpu = cpuText(record)
  const notes = [
    `${formatCounted(steps, 'step')}, from the first until recovered`,
    ...budget,
    ...(cpu === undefined ? [] : [cpu]),
  ]
  return {
    ...figure,
    value: formatDuration(tookMs),
    notes,
    verdict: judgeBudget(tookMs, budgetMs ?? Infinity, hostFactor(record.hostSpeed)),
  }
}

/** A repair that was not to recover the cluster: what was expected, and what came. */
function endFigure({ kind, expected, verdict, summary }: ExpectedEnd): KeyFigure {
  const values: Readonly<Record<Verdict, string>> = {
    pass: kind === 'refused' ? 'Refused, as expected' : 'Nothing to do, as expected',
    fail: 'Not as expected',
    unknown: 'Not known',
  }
  const notes = [`expected: ${expected}`, ...(summary === '' ? [] : [summary])]
  return { id: 'repair', label: 'Repair', value: values[verdict], notes, verdict }
}

function measured(record: RunRecord): KeyFigure {
  const figure = { id: 'measured', label: 'Measured' } as const
  const { budgets } = record
  // The API is away while it is repaired, and asked rarely.
  const probes = record.probes.filter((probe) => !isApiPath(probe))
  const paths = workloadProbes(record)
  if (paths.length === 0) return { ...figure, value: 'Nothing', notes: ['no prober ran'], verdict: 'unknown' }
  const coverage = Math.min(...probes.map((probe) => probe.coverage))
  const planned = probes.reduce((total, probe) => total + probe.planned, 0)
  const bound = Math.max(...paths.map(({ outageBoundMs }) => outageBoundMs))
  const oneIn = Math.min(...paths.map(({ detectableOneIn }) => detectableOneIn))
  const notes = [
    `of ${formatCounted(planned, 'planned sample')}; no outage longer than ${formatDuration(bound)} on any path, unmeasured time included (budget ${formatDuration(budgets.longestGapMs)})`,
    `a failure of 1\u00A0request in ${formatCount(oneIn)} would have been seen with 99\u00A0% probability; required: 1 in ${formatCount(budgets.detectableOneIn)}, of fewer where a path is sampled more rarely`,
    floorText(paths),
  ]
  const enough = probes.every((probe) => measuredEnough(probe, budgets))
  return { ...figure, value: formatShare(coverage), notes, verdict: enough ? 'pass' : 'unknown' }
}

/** Unmeasured time leaves no outage over the budget possible, and no failure hidden but a rare one. */
function measuredEnough(
  { outageBoundMs, longestGapMs, detectableOneIn, intervalMs }: ProbeSummary,
  budgets: RunRecord['budgets'],
): boolean {
  const seenToBreak = (longestGapMs ?? 0) > budgets.longestGapMs
  return (
    (seenToBreak || outageBoundMs <= budgets.longestGapMs) &&
    detectableOneIn >= requiredOneIn(budgets.detectableOneIn, intervalMs)
  )
}

function longestGap(record: RunRecord): string {
  const gaps = workloadProbes(record).map(({ longestGapMs }) => longestGapMs)
  const budget = `budget ${formatDuration(record.budgets.longestGapMs)}`
  return gaps.includes(null) ? 'unknown' : `${formatDuration(Math.max(...gaps.map((ms) => ms ?? 0)))} (${budget})`
}

const findings = (record: RunRecord, ids: readonly string[]) => record.findings.filter(({ id }) => ids.includes(id))

/** The worst of these checks; unknown when none was judged. */
function verdictOf(record: RunRecord, ids: readonly string[]): Verdict {
  const verdicts = findings(record, ids).map(({ verdict }) => verdict)
  if (verdicts.length === 0) return 'unknown'
  return verdicts.find((verdict) => verdict === 'fail') ?? verdicts.find((verdict) => verdict === 'unknown') ?? 'pass'
}
