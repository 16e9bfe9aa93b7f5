import type { Check } from '../ports.ts'
import { outcomes, type ProbeSeries } from '../probes/probe-series.ts'
import type { ProbeSummary, RunRecord } from '../record/run-record.ts'
import type { RunView } from '../record/run-view.ts'
import { conclude } from './conclude.ts'
import { count, counted, percent } from './figures.ts'

type Budgets = RunRecord['budgets']

/** The prober's own path to itself: it shows what the instrument does to the measurement. */
export const nullPath = 'null'

const check = { id: 'no-downtime', title: 'No probe of the workload failed' }

export const noDowntime: Check = {
  ...check,
  judge(run) {
    const { budgets, probes } = run.record
    const paths = probes.filter(({ id }) => id !== nullPath)
    const instrument = probes.filter(({ id }) => id === nullPath).flatMap((probe) => instrumentDoubts(probe, budgets))
    const failures = paths.flatMap((path) => failuresOf(path, budgets, run))
    const doubts = [
      ...(paths.length === 0 ? ['nothing was probed'] : []),
      ...instrument,
      ...paths.flatMap((path) => doubtsOf(path, budgets, run)),
    ]
    const facts = probes.map(
      ({ id, planned, ok, failed, unmeasured, longestGapMs }) =>
        `${id}: ${count(ok)} ok, ${count(failed)} failed, ${count(unmeasured)} unmeasured of ${count(planned)}; longest gap ${gapText(longestGapMs)}`,
    )
    // What a prober that failed on itself says of others counts for nothing.
    const trusted = instrument.length === 0
    return conclude(check, {
      failures: trusted ? failures : [],
      doubts: trusted ? doubts : [...doubts, ...failures],
      claim: claimOf(paths),
      facts,
    })
  },
}

function failuresOf(
  { id, failed, openAtEnd, longestGapMs, outages }: ProbeSummary,
  budgets: Budgets,
  run: RunView,
): readonly string[] {
  const errors = [...new Set(outages.flatMap((outage) => outage.errors))].join(', ')
  const long = longestGapMs !== null && longestGapMs > budgets.longestGapMs
  return [
    ...(failed > budgets.failedProbes
      ? [
          `${id}: ${counted(failed, 'probe')} failed${errors ? ` (${errors})` : ''}, longest gap ${gapText(longestGapMs)}`,
        ]
      : []),
    ...(openAtEnd ? [`${id}: still failing when the probing ended`] : []),
    ...(long && failed <= budgets.failedProbes && !gapUnmeasured(run, id)
      ? [`${id}: ${gapText(longestGapMs)} without a success, allowed are ${budgets.longestGapMs} ms`]
      : []),
  ]
}

function doubtsOf(
  { id, ok, coverage, longestGapMs, failed }: ProbeSummary,
  budgets: Budgets,
  run: RunView,
): readonly string[] {
  const long = longestGapMs !== null && longestGapMs > budgets.longestGapMs
  return [
    ...(ok === 0 || longestGapMs === null ? [`${id}: fewer than two probes succeeded`] : []),
    ...(coverage < budgets.coverage
      ? [`${id}: ${percent(coverage)} measured, ${percent(budgets.coverage)} are needed`]
      : []),
    ...(long && failed <= budgets.failedProbes && gapUnmeasured(run, id)
      ? [`${id}: ${gapText(longestGapMs)} without a success, in which the prober itself was late`]
      : []),
  ]
}

const instrumentDoubts = ({ failed, longestGapMs, coverage }: ProbeSummary, budgets: Budgets): readonly string[] =>
  failed > 0 || coverage < budgets.coverage || longestGapMs === null || longestGapMs > budgets.longestGapMs
    ? [
        `the prober could not measure even itself: ${counted(failed, 'probe')} failed, longest gap ${gapText(longestGapMs)}, ${percent(coverage)} measured`,
      ]
    : []

/** Whether samples of the path's longest gap were never measured: then the gap says nothing of the path. */
function gapUnmeasured(run: RunView, id: string): boolean {
  const probe = run.record.probes.find((candidate) => candidate.id === id)
  const series = run.series.find((candidate) => candidate.id === id)
  if (!series || probe?.longestGapAtMs == null || probe.longestGapMs === null) return false
  const { intervalMs, startMs } = series
  const first = Math.ceil((probe.longestGapAtMs - startMs) / intervalMs)
  const last = Math.floor((probe.longestGapAtMs + probe.longestGapMs - startMs) / intervalMs)
  return measuredBetween(series, first, last) < last - first + 1
}

function measuredBetween({ seq, outcome }: ProbeSeries, first: number, last: number): number {
  let measured = 0
  for (const [index, n] of seq.entries())
    if (n >= first && n <= last && outcome[index] !== outcomes.unmeasured) measured++
  return measured
}

/** «no failed probe in 24 000 over 4 paths, longest gap 31 ms» */
export function claimOf(paths: readonly ProbeSummary[]): string {
  const sum = (key: 'ok' | 'failed') => paths.reduce((total, path) => total + path[key], 0)
  const longest = Math.max(0, ...paths.map(({ longestGapMs }) => longestGapMs ?? 0))
  const failed = sum('failed')
  const measured = sum('ok') + failed
  const share =
    failed === 0 ? `no failed probe in ${count(measured)}` : `${count(failed)} of ${count(measured)} probes failed`
  return `${share} over ${counted(paths.length, 'path')}, longest gap ${gapText(longest)}`
}

const gapText = (ms: number | null) => (ms === null ? 'unknown' : `${count(Math.round(ms))} ms`)
