import { isNullPath } from '../model/probe-path.ts'
import { plannedMs } from '../probe/analysis/schedule.ts'
import type { ProbeSeries } from '../model/probe-series.ts'
import { summaryOf } from '../probe/analysis/summary.ts'

/** The samples planned from `fromMs` until before `toMs`, as a series of its own. */
export function windowOf(series: ProbeSeries, fromMs: number, toMs: number): ProbeSeries {
  const first = Math.max(0, Math.ceil((fromMs - series.startMs) / series.intervalMs))
  const endMs = Math.min(toMs, series.endMs)
  const rows = Uint32Array.from(series.seq.keys()).filter((row) => {
    const n = series.seq[row] ?? 0
    return n >= first && plannedMs(series, n) < endMs
  })
  const pick = <T extends Float32Array | Uint8Array>(column: T): T => column.filter((_, row) => kept.has(row)) as T
  const kept = new Set(rows)
  return {
    ...series,
    startMs: plannedMs(series, first),
    endMs,
    seq: Uint32Array.from(rows, (row) => (series.seq[row] ?? 0) - first),
    lagMs: pick(series.lagMs),
    latencyMs: pick(series.latencyMs),
    outcome: pick(series.outcome),
    error: pick(series.error),
    backend: pick(series.backend),
  }
}

/** What the probes measured in a time, over all paths to the workload. */
export interface Measured {
  readonly failedProbes: number
  readonly longestGapMs: number | null
  /** The worst path's share of samples that could be measured. */
  readonly coverage: number
}

/** The figures of all paths to the workload between two times, in milliseconds since the run began. */
export function measuredIn(all: readonly ProbeSeries[], fromMs: number, toMs: number): Measured {
  const paths = all.filter((series) => !isNullPath(series)).map((series) => summaryOf(windowOf(series, fromMs, toMs)))
  const gaps = paths.map(({ longestGapMs }) => longestGapMs)
  return {
    failedProbes: paths.reduce((sum, { failed }) => sum + failed, 0),
    longestGapMs: paths.length === 0 || gaps.includes(null) ? null : Math.max(...gaps.map((gap) => gap ?? 0)),
    coverage: paths.length === 0 ? 0 : Math.min(...paths.map(({ coverage }) => coverage)),
  }
}
