import type { ProbeSummary } from '../../harness/model/run-record.ts'
import { formatCount, formatCounted, formatDuration } from './figures.ts'

/** What the measurement says and what it could not see, in sentences. */
export function measurementClaim(probes: readonly ProbeSummary[]): readonly string[] {
  if (probes.length === 0) return ['Nothing was probed: this run says nothing about downtime.']
  const sum = (key: 'planned' | 'ok' | 'failed' | 'unmeasured') =>
    probes.reduce((total, probe) => total + probe[key], 0)
  const [planned, failed, unmeasured] = [sum('planned'), sum('failed'), sum('unmeasured')]
  const measured = sum('ok') + failed
  const gaps = probes.map(({ longestGapMs }) => longestGapMs)
  const gap = gaps.includes(null) ? 'unknown' : formatDuration(Math.max(...gaps.map((ms) => ms ?? 0)))
  const intervals = [...new Set(probes.map(({ intervalMs }) => intervalMs))].toSorted((a, b) => a - b)
  return [
    `${failed === 0 ? `No failed probe in ${formatCount(measured)}` : `${formatCount(failed)} of ${formatCount(measured)} probes failed`}; ` +
      `longest gap between successes ${gap}; outages shorter than ${intervals.map((ms) => formatDuration(ms)).join(' or ')} could be missed; ` +
      `prober unmeasured for ${missedShare(unmeasured, planned)}.`,
    ...(failed === 0 && measured > 0
      ? [
          `No failure in ${formatCounted(measured, 'sample')} puts the failure rate below ${percent(3 / measured)} with 95\u00A0% confidence.`,
        ]
      : []),
    'An outage shorter than the interval is seen with a probability of about its length divided by the interval.',
  ]
}

/** Rounded up, so that what is missing never reads as nothing. */
const missedShare = (missed: number, of: number) =>
  `${of === 0 ? '100' : (Math.ceil((missed / of) * 10_000) / 100).toFixed(2)}\u00A0%`

const percent = (share: number) => `${(share * 100).toPrecision(2)}\u00A0%`
