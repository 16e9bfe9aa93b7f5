import type { Check } from '../../model/check.ts'
import type { ProbeSummary, RunRecord } from '../../model/run-record.ts'
import { conclude } from '../conclude.ts'
import { count, counted, percent } from '../../model/format.ts'
import { gapText, isNullPath, probesClaim } from '../probe-summary-text.ts'

type Budgets = RunRecord['budgets']

const check = { id: 'no-downtime', title: 'No downtime of the workload' }

/** What a prober that failed on itself says of others counts for nothing: its failures are doubts. */
export const noDowntime: Check = {
  ...check,
  judge(run) {
    const { budgets, probes } = run.record
    const instruments = probes.filter(isNullPath)
    const paths = probes.filter((probe) => !isNullPath(probe))
    const distrust = instruments.flatMap((probe) => instrumentDoubts(probe, budgets))
    const failures = paths.flatMap((path) => failuresOf(path, budgets))
    return conclude(check, {
      failures: distrust.length === 0 ? failures : [],
      unknowns: [
        ...distrust,
        ...(distrust.length === 0 ? [] : failures),
        ...(paths.length === 0 ? ['nothing was probed'] : []),
        ...(instruments.length === 0 ? ['no prober measured itself'] : []),
        ...paths.flatMap((path) => doubtsOf(path, budgets)),
      ],
      claim: probesClaim(probes),
      facts: probes.map(factOf),
    })
  },
}

/** Time that was not measured is in no gap (harness/probe/analysis/success-gap.ts), so that a long one is the path's own. */
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

const doubtsOf = ({ id, coverage, longestGapMs }: ProbeSummary, budgets: Budgets): readonly string[] => [
  ...(longestGapMs === null ? [`${id}: fewer than two probes succeeded`] : []),
  ...(coverage < budgets.coverage
    ? [`${id}: ${percent(coverage)} measured, ${percent(budgets.coverage)} are needed`]
    : []),
]

function instrumentDoubts({ id, failed, longestGapMs, coverage }: ProbeSummary, budgets: Budgets): readonly string[] {
  const sound =
    failed === 0 && coverage >= budgets.coverage && longestGapMs !== null && longestGapMs <= budgets.longestGapMs
  const figures = `${counted(failed, 'probe')} failed, longest gap ${gapText(longestGapMs)}, ${percent(coverage)} measured`
  return sound ? [] : [`the prober could not measure even itself (${id}): ${figures}`]
}

const factOf = ({ id, planned, ok, failed, unmeasured, longestGapMs }: ProbeSummary) =>
  `${id}: ${count(ok)} ok, ${count(failed)} failed, ${count(unmeasured)} unmeasured of ${count(planned)}; longest gap ${gapText(longestGapMs)}`
