import { z } from 'zod'
import type { Check } from '../../model/check.ts'
import type { ProbeSummary, RunRecord } from '../../model/run-record.ts'
import type { RunView } from '../../model/run-view.ts'
import { conclude } from '../conclude.ts'
import { count, counted } from '../../model/format.ts'
import { isLookupPath, isNullPath, isPathToItself, isWorkloadPath } from '../../model/probe-path.ts'
import { gapText, probesClaim } from '../probe-summary-text.ts'
import { requiredOneIn } from '../../probe/analysis/detectable-rate.ts'

type Budgets = RunRecord['budgets']

const check = { id: 'no-downtime', title: 'No downtime of the workload' }

/**
 * Lookups may fail for this long in all while a repair runs, and for so long at a stretch. It restarts pods of DNS that keep old
 * credentials, one by one, and takes each out of its Services first; where a kube-proxy does not follow twice, half of the lookups there
 * fail for 0.7 s. The claim says how many failed.
 */
const lookupsFailMs = 1000
const lookupsGapMs = 500

/**
 * Passes by what was seen: the longest outage that the samples leave possible is within the budget, whatever happened in the
 * time that was not measured, and enough was measured to bound how rare a failure could hide. Fails when seen failures break
 * a budget. Unmeasured time alone gives unknown; so does a prober that fails on itself, or that was found wrong when it was
 * calibrated. A host that starved an ordinary process beside the prober excuses failures, which are then unknown, but takes nothing
 * from a success: nothing makes one up.
 */
export const noDowntime: Check = {
  ...check,
  judge(run) {
    const { budgets, probes, calibration } = run.record
    const itself = probes.filter(isPathToItself)
    const beside = probes.filter((probe) => isNullPath(probe) && !isPathToItself(probe))
    const paths = probes.filter((probe) => isWorkloadPath(probe))
    const budgetsOf = (path: ProbeSummary): Budgets =>
      run.record.recovery !== null && isLookupPath(path)
        ? { ...budgets, failedProbes: lookupsFailMs / path.intervalMs, longestGapMs: lookupsGapMs }
        : budgets
    const failures = paths.flatMap((path) => failuresOf(path, budgetsOf(path)))
    const wrong = (calibration?.pulses ?? []).filter(({ verdict }) => verdict === 'wrong').length
    const uncalibrated = wrong > 0 ? [`the prober measured ${counted(wrong, 'pulse')} of its calibration wrong`] : []
    const doubts = [...itself, ...(failures.length === 0 ? [] : beside)].flatMap((probe) =>
      instrumentDoubts(probe, budgets),
    )
    const distrust = [...uncalibrated, ...doubts]
    return conclude(check, {
      failures: distrust.length === 0 ? failures : [],
      unknowns: [
        ...distrust,
        ...(distrust.length === 0 ? [] : failures),
        ...(paths.length === 0 ? ['nothing was probed'] : []),
        ...(itself.length === 0 ? ['no prober measured itself'] : []),
        ...unprobed(run),
        ...[...itself, ...paths].flatMap((path) => unmeasuredDoubts(path, budgetsOf(path))),
      ],
      claim: probesClaim(probes),
      facts: probes.map(factOf),
    })
  },
}

/** By the journal, which names the paths, and the samples: a path without any, and one whose samples begin or end too early. */
function unprobed({ events, series, record }: RunView): readonly string[] {
  const planned = events.flatMap(({ type, ...data }) => (type === 'prober.started' ? pathsIn(data) : []))
  const overMs = record.phases.find(({ id }) => id === 'settle')?.fromMs ?? 0
  return [
    ...planned
      .filter((path) => !record.probes.some(({ id }) => id === path))
      .map((path) => `${path}: was to be probed, and there are no samples of it`),
    ...series
      .filter(({ startMs }) => startMs > (record.injectedAtMs ?? Infinity))
      .map(({ id }) => `${id}: probed only after the loss`),
    ...series.filter(({ endMs }) => endMs < overMs).map(({ id }) => `${id}: not probed until the repair was over`),
  ]
}

const pathsIn = (data: Readonly<Record<string, unknown>>) => z.array(z.string()).catch([]).parse(data['paths'])

/** Unmeasured time is in no gap unless a failure was seen there (harness/probe/analysis/success-gap.ts): a long one is the path's own. */
function failuresOf(
  { id, failed, openAtEnd, longestGapMs, outages }: ProbeSummary,
  budgets: Budgets,
): readonly string[] {
  const errors = [...new Set(outages.flatMap((outage) => outage.errors))].join(', ')
  const tooMany = failed > budgets.failedProbes
  const tooLong = longestGapMs !== null && longestGapMs > budgets.longestGapMs
  return [
    ...(tooMany
      ? [
          `${id}: ${counted(failed, 'probe')} failed${errors ? ` (${errors})` : ''}, longest gap ${gapText(longestGapMs)}`,
        ]
      : []),
    ...(openAtEnd ? [`${id}: still failing when the probing ended`] : []),
    ...(tooLong && !tooMany
      ? [`${id}: ${gapText(longestGapMs)} without a success, allowed are ${gapText(budgets.longestGapMs)}`]
      : []),
  ]
}

/** What was not measured could have been an outage over the budget, or could hide failures that are not rare enough. */
function unmeasuredDoubts(
  { id, longestGapMs, outageBoundMs, detectableOneIn, ok, failed, intervalMs }: ProbeSummary,
  budgets: Budgets,
): readonly string[] {
  const required = requiredOneIn(budgets.detectableOneIn, intervalMs)
  return [
    ...(longestGapMs === null ? [`${id}: fewer than two probes succeeded`] : []),
    // A gap that is over the budget without unmeasured time is a failure already.
    ...(outageBoundMs > budgets.longestGapMs && (longestGapMs ?? 0) <= budgets.longestGapMs
      ? [
          `${id}: an outage of up to ${gapText(outageBoundMs)} is possible, unmeasured time included; allowed are ${gapText(budgets.longestGapMs)}`,
        ]
      : []),
    ...(detectableOneIn < required
      ? [
          `${id}: ${counted(ok + failed, 'sample')} measured show a failure of 1 request in ${count(detectableOneIn)} with 99 % probability; required: 1 in ${count(required)}`,
        ]
      : []),
  ]
}

function instrumentDoubts(probe: ProbeSummary, budgets: Budgets): readonly string[] {
  const { id, failed, longestGapMs } = probe
  const sound = failed === 0 && longestGapMs !== null && longestGapMs <= budgets.longestGapMs
  const figures = `${counted(failed, 'probe')} failed, longest gap ${gapText(longestGapMs)}`
  return sound
    ? []
    : [
        `the prober could not reach even ${isPathToItself(probe) ? 'itself' : 'a process beside it'} in time (${id}): ${figures}`,
      ]
}

const factOf = (probe: ProbeSummary) =>
  `${probe.id}: ${count(probe.ok)} ok, ${count(probe.failed)} failed, ${count(probe.unmeasured)} unmeasured of ${count(probe.planned)}; longest gap ${gapText(probe.longestGapMs)}, no outage longer than ${gapText(probe.outageBoundMs)}; a failure of 1 request in ${count(probe.detectableOneIn)} would have been seen with 99 % probability`
