import { worstFloorMs } from '../probe/analysis/detection-floor.ts'
import { isLookupPath, isWorkloadPath } from '../model/probe-path.ts'
import type { ProbeSummary } from '../model/run-record.ts'
import { count, counted } from '../model/format.ts'

/** `no failed probe in 24 000 over 4 paths; an outage of 42 ms or longer would have been seen; longest gap 31 ms, no outage longer than 52 ms` */
export function probesClaim(probes: readonly ProbeSummary[]): string {
  const paths = probes.filter((probe) => isWorkloadPath(probe))
  if (paths.length === 0) return 'nothing was probed'
  // Lookups that failed are told by themselves: a name is asked for before a connection, and again when that fails.
  const lookups = paths.filter((path) => isLookupPath(path) && path.failed > 0)
  const asked = paths.filter((path) => !lookups.includes(path))
  const [failed, measured] = countsOf(asked)
  const [lost, looked] = countsOf(lookups)
  const longest = Math.max(...paths.map(({ longestGapMs }) => longestGapMs ?? 0))
  const bound = Math.max(...paths.map(({ outageBoundMs }) => outageBoundMs))
  const share =
    failed === 0 ? `no failed probe in ${count(measured)}` : `${count(failed)} of ${count(measured)} probes failed`
  const floor = failed === 0 ? worstFloorMs(paths) : null
  const seen = floor === null ? ',' : `; an outage of ${gapText(floor)} or longer would have been seen;`
  const names = lost === 0 ? '' : `; ${count(lost)} of ${count(looked)} lookups of a name failed`
  return `${share} over ${counted(asked.length, 'path')}${names}${seen} longest gap ${gapText(longest)}, no outage longer than ${gapText(bound)}`
}

function countsOf(paths: readonly ProbeSummary[]): readonly [failed: number, measured: number] {
  const sum = (key: 'ok' | 'failed') => paths.reduce((total, path) => total + path[key], 0)
  return [sum('failed'), sum('ok') + sum('failed')]
}

/** Whole milliseconds, rounded up so that a bound never reads as less than it is. */
export const gapText = (ms: number | null): string => (ms === null ? 'unknown' : `${count(Math.ceil(ms))} ms`)
