import type { Pulse } from '../../model/calibration.ts'
import { calibrationPaths, connectionOn, faultsOn, surelySeen } from '../../model/calibration-plan.ts'
import type { Connection } from '../../model/probe-path.ts'
import { outcomes, type ProbeSeries } from '../../model/probe-series.ts'
import type { ProbeSummary } from '../../model/run-record.ts'
import { plannedMs } from './schedule.ts'

/** Of one fault, in one round and on one path to the calibration target. */
export interface ShortestSeen extends Pick<Pulse, 'round' | 'path' | 'fault'> {
  /** The length of the shortest pulse that was seen and could not be missed; null where there is none. */
  readonly ms: number | null
}

/** Without these a prober is not calibrated, whatever it probes. */
const always: readonly Connection[] = ['new', 'reused']

/**
 * What of each fault was seen in each round. A pulse of less than two intervals proves nothing: it may be seen by luck.
 * @param used the kinds of connection by which something is probed
 */
export function shortestSeen(
  pulses: readonly Pulse[],
  rounds: readonly string[],
  intervalMs: number,
  used: readonly Connection[] = [],
): readonly ShortestSeen[] {
  const wanted = new Set([...always, ...used, ...pulses.flatMap(({ path }) => connectionOn(path) ?? [])])
  const proving = pulses.filter(({ verdict, truth }) => verdict === 'seen' && truth.lowerMs >= surelySeen(intervalMs))
  return rounds.flatMap((round) =>
    calibrationPaths
      .filter(({ connection }) => wanted.has(connection))
      .flatMap(({ id: path, connection }) =>
        faultsOn(connection).map((fault) => {
          const seen = proving.filter((pulse) => pulse.round === round && pulse.path === path && pulse.fault === fault)
          return {
            round,
            path,
            fault,
            ms: seen.length === 0 ? null : Math.min(...seen.map(({ truth }) => truth.upperMs)),
          }
        }),
      ),
  )
}

/** The shortest length at which every fault was seen; null where one was not, or any pulse was measured wrong. */
export function calibratedMs(
  pulses: readonly Pulse[],
  rounds: readonly string[],
  intervalMs: number,
  used: readonly Connection[] = [],
): number | null {
  const shortest = shortestSeen(pulses, rounds, intervalMs, used).map(({ ms }) => ms ?? Number.POSITIVE_INFINITY)
  const longest = Math.max(...shortest)
  return Number.isFinite(longest) && !pulses.some(({ verdict }) => verdict === 'wrong') ? longest : null
}

/**
 * The shortest outage that would have been seen on a path for sure, whenever it began, as failures or as a gap between answers:
 * some sample that was measured was sent during it, and such outages were seen in the calibration. Null without one.
 */
export const detectionFloorMs = (series: ProbeSeries, calibrated: number | null): number | null =>
  calibrated === null ? null : Math.round(Math.max(calibrated, longestUnsent(series)) * 1000) / 1000

/** The worst path's detection floor; null where one has none. */
export function worstFloorMs(paths: readonly Pick<ProbeSummary, 'detectionFloorMs'>[]): number | null {
  const floors = paths.map(({ detectionFloorMs }) => detectionFloorMs ?? Number.POSITIVE_INFINITY)
  const worst = Math.max(...floors)
  return Number.isFinite(worst) ? worst : null
}

/** The longest time of the series in which no sample was sent that was measured. */
export function longestUnsent(series: ProbeSeries): number {
  let longest = 0
  let sinceMs = series.startMs
  for (const [row, n] of series.seq.entries()) {
    const sentMs = plannedMs(series, n) + (series.lagMs[row] ?? 0)
    if (series.outcome[row] === outcomes.unmeasured || sentMs > series.endMs) continue
    longest = Math.max(longest, sentMs - sinceMs)
    sinceMs = Math.max(sinceMs, sentMs)
  }
  return Math.max(longest, series.endMs - sinceMs)
}
