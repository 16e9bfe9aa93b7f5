import type { ProbeSeries } from '../../../model/probe-series.ts'
import { outcomes } from '../../../model/probe-series.ts'
import { NotApplicableError } from '../mutant/mutant.ts'

/** Column by column, the rows whose planned number is not in a range. */
function rowsWithout<T extends ProbeSeries>(series: T, from: number, to: number): T {
  const keep = (_: number, row: number) => (series.seq[row] ?? 0) < from || (series.seq[row] ?? 0) >= to
  return {
    ...series,
    seq: series.seq.filter(keep),
    lagMs: series.lagMs.filter(keep),
    latencyMs: series.latencyMs.filter(keep),
    outcome: series.outcome.filter(keep),
    error: series.error.filter(keep),
    backend: series.backend.filter(keep),
  }
}

const slotAt = ({ startMs, intervalMs }: ProbeSeries, atMs: number) => Math.ceil((atMs - startMs) / intervalMs)

/** As a prober that was starved or killed: no row of that time. */
export const unsampled = <T extends ProbeSeries>(series: T, fromMs: number, toMs: number): T =>
  rowsWithout(series, slotAt(series, fromMs), slotAt(series, toMs))

/** Failed with this class from a time on; a refusal comes at once. */
export function failing<T extends ProbeSeries>(series: T, fromMs: number, forMs: number, error: string): T {
  const [first, end] = [slotAt(series, fromMs), slotAt(series, fromMs + forMs)]
  const errors = series.errors.includes(error) ? series.errors : [...series.errors, error]
  const spoilt = structuredClone(series)
  for (const [row, n] of series.seq.entries()) {
    if (n < first || n >= end) continue
    spoilt.outcome[row] = outcomes.failed
    spoilt.error[row] = errors.indexOf(error)
  }
  return { ...spoilt, errors }
}

/** As a target that stands still: what it is asked in that time it answers when it is over. */
export function slow<T extends ProbeSeries>(series: T, fromMs: number, forMs: number): T {
  const latencyMs = series.latencyMs.map((latency, row) => {
    const atMs = series.startMs + (series.seq[row] ?? 0) * series.intervalMs
    return atMs >= fromMs && atMs < fromMs + forMs ? fromMs + forMs - atMs + latency : latency
  })
  return { ...series, latencyMs }
}

/** The last answer is of another process of the pod that gave it. */
export function answeredByAnother(series: ProbeSeries): ProbeSeries {
  const last = series.backend.findLastIndex((backend) => backend > 0)
  const pod = series.backends[series.backend[last] ?? 0]?.split(' ')[0]
  if (pod === undefined) throw new NotApplicableError('nobody answered')
  const backend = Uint8Array.from(series.backend)
  backend[last] = series.backends.length
  return { ...series, backend, backends: [...series.backends, `${pod} ffffffffffff`] }
}
