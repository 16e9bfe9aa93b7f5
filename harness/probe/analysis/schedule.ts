import type { ProbeSeries } from '../../model/probe-series.ts'

type Grid = Pick<ProbeSeries, 'intervalMs' | 'startMs' | 'endMs'>

/** How many samples were planned: every point of the grid before the end. */
export function plannedCount({ intervalMs, startMs, endMs }: Grid): number {
  return Math.max(0, Math.ceil((endMs - startMs) / intervalMs))
}

/** When sample n was planned, milliseconds since the run began. */
export function plannedMs({ intervalMs, startMs }: Grid, n: number): number {
  return startMs + n * intervalMs
}
