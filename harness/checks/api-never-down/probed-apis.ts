import { isApiPath } from '../../model/probe-path.ts'
import { outcomes, type ProbeSeries } from '../../model/probe-series.ts'
import type { RunView } from '../../model/run-view.ts'
import { outageBound } from '../../probe/analysis/outage-bound.ts'
import { plannedMs } from '../../probe/analysis/schedule.ts'
import { unmeasuredSlots } from '../../probe/analysis/unmeasured-slots.ts'
import type { WatchedApi } from './collect.ts'

/**
 * What the prober outside saw of each API server and of the balancer (`api-1`, `api-balancer`); nothing in runs of before.
 * @param balancerSinceMs from when on gaps of the balancer count
 */
export const probedApis = ({ series }: Pick<RunView, 'series'>, balancerSinceMs?: number): readonly WatchedApi[] =>
  series.filter(isApiPath).map((one) => ({
    target: one.id,
    fromMs: one.startMs,
    toMs: one.endMs,
    samples: one.seq.length,
    late: unmeasuredSlots(one).length,
    failures: failuresIn(one),
    longestGapMs: outageBound(one, one.id === 'api-balancer' ? balancerSinceMs : undefined).ms,
  }))

const failuresIn = (series: ProbeSeries): WatchedApi['failures'] =>
  Array.from(series.seq.entries()).flatMap(([row, n]) =>
    series.outcome[row] === outcomes.failed
      ? [{ atMs: plannedMs(series, n), problem: series.errors[series.error[row] ?? 0] ?? 'unknown' }]
      : [],
  )
