import { isWorkloadPath } from '../model/probe-path.ts'
import type { ProbeSeries } from '../model/probe-series.ts'
import { summaryOf } from '../probe/analysis/summary.ts'
import { windowOf } from '../probe/analysis/window.ts'

/** What the probes measured in a time, over all paths to the workload. */
export interface Measured {
  readonly failedProbes: number
  readonly longestGapMs: number | null
  /** The worst path's share of samples that could be measured. */
  readonly coverage: number
}

/** The figures of all paths to the workload between two times, in milliseconds since the run began. */
export function measuredIn(all: readonly ProbeSeries[], fromMs: number, toMs: number): Measured {
  const paths = all.filter(isWorkloadPath).map((series) => summaryOf(windowOf(series, fromMs, toMs)))
  const gaps = paths.map(({ longestGapMs }) => longestGapMs)
  return {
    failedProbes: paths.reduce((sum, { failed }) => sum + failed, 0),
    longestGapMs: paths.length === 0 || gaps.includes(null) ? null : Math.max(...gaps.map((gap) => gap ?? 0)),
    coverage: paths.length === 0 ? 0 : Math.min(...paths.map(({ coverage }) => coverage)),
  }
}
