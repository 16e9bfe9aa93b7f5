import type { ProbeSummary } from '../../model/run-record.ts'
import { plannedCount } from './schedule.ts'
import { outagesOf } from './outages.ts'
import { type Outcome, outcomes, type ProbeSeries } from '../../model/probe-series.ts'
import { type Quantiles, quantilesOf } from './quantiles.ts'
import { detectableOneIn } from './detectable-rate.ts'
import { outageBound } from './outage-bound.ts'
import { longestGap } from './success-gap.ts'

/** In `errors`: the prober was too late to send the sample at all. */
export const notSent = 'not-sent'

/** All that is said of a path in run.json. Every planned sample is ok, failed or unmeasured; no data is not a success. */
export function summaryOf(series: ProbeSeries): ProbeSummary {
  const planned = plannedCount(series)
  const rows = rowsWithin(series, planned)
  const count = (wanted: Outcome) => rows.filter((row) => series.outcome[row] === wanted).length
  const ok = count(outcomes.ok)
  const failed = count(outcomes.failed)
  const sent = rows.filter((row) => series.errors[series.error[row] ?? 0] !== notSent)
  const gap = longestGap(series)
  const bound = outageBound(series)
  const outages = outagesOf(series)
  return {
    id: series.id,
    title: series.title,
    target: series.target,
    intervalMs: series.intervalMs,
    deadlineMs: series.deadlineMs,
    planned,
    sent: sent.length,
    ok,
    failed,
    unmeasured: planned - ok - failed,
    coverage: planned === 0 ? 0 : (ok + failed) / planned,
    longestGapMs: gap === undefined ? null : rounded(gap.ms),
    longestGapAtMs: gap === undefined ? null : rounded(gap.atMs),
    outageBoundMs: rounded(bound.ms),
    outageBoundAtMs: rounded(bound.atMs),
    detectableOneIn: detectableOneIn(ok + failed),
    openAtEnd: outages.at(-1)?.open ?? false,
    latencyMs: roundedAll(
      quantilesOf(
        picked(
          series.latencyMs,
          rows.filter((row) => series.outcome[row] === outcomes.ok),
        ),
      ),
    ),
    lagMs: roundedAll(quantilesOf(picked(series.lagMs, rows))),
    outages: outages.map((outage) => ({
      ...outage,
      fromMs: rounded(outage.fromMs),
      lowerMs: rounded(outage.lowerMs),
      pointMs: rounded(outage.pointMs),
      upperMs: rounded(outage.upperMs),
      errors: [...outage.errors],
    })),
  }
}

function rowsWithin(series: ProbeSeries, planned: number): Uint32Array {
  return Uint32Array.from(series.seq.keys()).filter((row) => (series.seq[row] ?? 0) < planned)
}

const picked = (values: Float32Array, rows: Uint32Array): Float32Array =>
  Float32Array.from(rows, (row) => values[row] ?? 0)

/** To a thousandth of a millisecond: more is noise of the arithmetic. */
const rounded = (ms: number): number => Math.round(ms * 1000) / 1000

const roundedAll = (of: Quantiles | null): Quantiles | null =>
  of && { p50: rounded(of.p50), p99: rounded(of.p99), max: rounded(of.max) }
