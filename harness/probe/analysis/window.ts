import type { ProbeSeries } from '../../model/probe-series.ts'
import { plannedMs } from './schedule.ts'

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
