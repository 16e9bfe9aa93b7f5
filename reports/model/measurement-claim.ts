import type { ProbeSummary } from '../../harness/model/run-record.ts'
import { worstFloorMs } from '../../harness/probe/analysis/detection-floor.ts'
import { formatCount, formatDuration } from './figures.ts'

/** What the measurement says and what it could not see, in sentences. */
export function measurementClaim(probes: readonly ProbeSummary[]): readonly string[] {
  if (probes.length === 0) return ['Nothing was probed: this run says nothing about downtime.']
  const sum = (key: 'planned' | 'ok' | 'failed' | 'unmeasured') =>
    probes.reduce((total, probe) => total + probe[key], 0)
  const [planned, failed, unmeasured] = [sum('planned'), sum('failed'), sum('unmeasured')]
  const measured = sum('ok') + failed
  const gaps = probes.map(({ longestGapMs }) => longestGapMs)
  const gap = gaps.includes(null) ? 'unknown' : formatDuration(Math.max(...gaps.map((ms) => ms ?? 0)))
  const bound = Math.max(...probes.map(({ outageBoundMs }) => outageBoundMs))
  const oneIn = Math.min(...probes.map(({ detectableOneIn }) => detectableOneIn))
  return [
    `${failed === 0 ? `No failed probe in ${formatCount(measured)}` : `${formatCount(failed)} of ${formatCount(measured)} probes failed`}; ${failed === 0 ? `${floorText(probes)}; ` : ''}` +
      `longest gap between successes ${gap}; no outage longer than ${formatDuration(bound)} even if every unmeasured sample had failed; ` +
      `prober unmeasured for ${missedShare(unmeasured, planned)}.`,
    ...(failed === 0 && measured > 0
      ? [
          `A failure that hits 1\u00A0request in ${formatCount(oneIn)} would have been seen with 99\u00A0% probability on every path (exact binomial).`,
        ]
      : []),
    'An outage shorter than the interval is seen with a probability of about its length divided by the interval.',
  ]
}

/** From what length on an outage would have been seen; by the interval alone where the prober was not calibrated. */
export function floorText(probes: readonly ProbeSummary[]): string {
  const floorMs = worstFloorMs(probes)
  if (floorMs !== null) return `an outage of ${formatDuration(Math.ceil(floorMs))} or longer would have been seen`
  if (probes.some(({ detectionFloorMs }) => detectionFloorMs === null))
    return 'how long an outage could be missed is not known, because the prober was not shown to see every fault'
  const intervals = [...new Set(probes.map(({ intervalMs }) => intervalMs))].toSorted((a, b) => a - b)
  return `outages shorter than ${intervals.map((ms) => formatDuration(ms)).join(' or ')} could be missed`
}

/** Rounded up, so that what is missing never reads as nothing. */
const missedShare = (missed: number, of: number) =>
  `${of === 0 ? '100' : (Math.ceil((missed / of) * 10_000) / 100).toFixed(2)}\u00A0%`
