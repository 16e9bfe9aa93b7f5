import { isCalibrationPath } from '../model/calibration-plan.ts'
import { isLookupPath, isWorkloadPath } from '../model/probe-path.ts'
import type { ProbeSeries } from '../model/probe-series.ts'
import { summaryOf } from '../probe/analysis/summary.ts'
import { windowOf } from '../probe/analysis/window.ts'

/** What the probes measured in a time, over all paths to the workload. */
export interface Measured {
  readonly failedProbes: number
  /** How many of these were lookups of a name, which a resolver repeats. */
  readonly failedLookups: number
  readonly longestGapMs: number | null
  /** The worst path's share of samples that could be measured. */
  readonly coverage: number
}

/** The figures of all paths to the workload between two times, in milliseconds since the run began. */
export function measuredIn(all: readonly ProbeSeries[], fromMs: number, toMs: number): Measured {
  const toWorkload = all.filter((series) => isWorkloadPath(series) && !isCalibrationPath(series))
  const paths = toWorkload.map((series) => summaryOf(windowOf(series, fromMs, toMs)))
  const gaps = paths.map(({ longestGapMs }) => longestGapMs)
  return {
    failedProbes: failedIn(paths),
    failedLookups: failedIn(paths.filter(isLookupPath)),
    longestGapMs: paths.length === 0 || gaps.includes(null) ? null : Math.max(...gaps.map((gap) => gap ?? 0)),
    coverage: paths.length === 0 ? 0 : Math.min(...paths.map(({ coverage }) => coverage)),
  }
}

const failedIn = (paths: readonly { readonly failed: number }[]): number =>
  paths.reduce((sum, { failed }) => sum + failed, 0)
