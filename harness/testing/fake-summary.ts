import { outcomes, type ProbeSeries } from '../model/probe-series.ts'
import type { ProbeSummary } from '../model/run-record.ts'
import { detectableOneIn } from '../probe/analysis/detectable-rate.ts'
import { outageBound } from '../probe/analysis/outage-bound.ts'

/** A plain summary of a made-up series: good enough for the figures of a test's record, and no judge of anything. */
export function fakeSummary(series: ProbeSeries): ProbeSummary {
  const { id, title, target, intervalMs, deadlineMs, seq, outcome, latencyMs, lagMs } = series
  const planned = Math.round((series.endMs - series.startMs) / intervalMs)
  const countOf = (wanted: number) => outcome.reduce((sum, value) => sum + (value === wanted ? 1 : 0), 0)
  const [ok, failed] = [countOf(outcomes.ok), countOf(outcomes.failed)]
  const atMs = (index: number) => series.startMs + (seq[index] ?? 0) * intervalMs
  const gap = longestGapOf(series)
  const bound = outageBound(series)
  const lastMeasured = outcome.findLastIndex((value) => value !== outcomes.unmeasured)
  return {
    id,
    title,
    target,
    intervalMs,
    deadlineMs,
    planned,
    sent: seq.length,
    ok,
    failed,
    unmeasured: planned - ok - failed,
    coverage: planned === 0 ? 0 : (ok + failed) / planned,
    longestGapMs: gap?.[1] ?? null,
    longestGapAtMs: gap?.[0] ?? null,
    outageBoundMs: bound.ms,
    outageBoundAtMs: bound.atMs,
    detectableOneIn: detectableOneIn(ok + failed),
    openAtEnd: outcome[lastMeasured] === outcomes.failed,
    latencyMs: figuresOf(latencyMs.filter((_, index) => outcome[index] === outcomes.ok)),
    lagMs: figuresOf(lagMs.slice()),
    outages: failureRuns(series).map(([from, to]) => {
      const open = to >= seq.length
      const last = Math.min(to, seq.length - 1)
      const codes = [...new Set(series.error.subarray(from, to))].filter((code) => code > 0)
      return {
        fromMs: atMs(from),
        lowerMs: atMs(to - 1) - atMs(from),
        pointMs: atMs(last) - atMs(from),
        upperMs: atMs(last) + (latencyMs[last] ?? 0) - atMs(Math.max(0, from - 1)),
        samples: to - from,
        errors: codes.map((code) => series.errors[code] ?? ''),
        open,
      }
    }),
  }
}

function failureRuns({ outcome }: ProbeSeries): (readonly [from: number, to: number])[] {
  const runs: (readonly [number, number])[] = []
  let from = -1
  for (let index = 0; index <= outcome.length; index++) {
    const failed = outcome[index] === outcomes.failed
    if (failed && from < 0) from = index
    if (!failed && from >= 0) {
      runs.push([from, index])
      from = -1
    }
  }
  return runs
}

function longestGapOf({ seq, outcome, latencyMs, startMs, intervalMs }: ProbeSeries): readonly [number, number] | null {
  let [longest, longestAt, before] = [-1, 0, Number.NaN]
  for (const [index, value] of outcome.entries()) {
    if (value !== outcomes.ok) continue
    const endMs = startMs + (seq[index] ?? 0) * intervalMs + (latencyMs[index] ?? 0)
    if (endMs - before > longest) [longest, longestAt] = [endMs - before, before]
    before = endMs
  }
  return longest < 0 ? null : [longestAt, longest]
}

function figuresOf(values: Float32Array): { p50: number; p99: number; max: number } | null {
  if (values.length === 0) return null
  const sorted = values.toSorted()
  const quantile = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
  return { p50: quantile(0.5), p99: quantile(0.99), max: quantile(1) }
}
