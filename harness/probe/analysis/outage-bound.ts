import { plannedMs } from './schedule.ts'
import { outcomes, type ProbeSeries } from '../../model/probe-series.ts'
import type { SuccessGap } from './success-gap.ts'

/**
 * The longest outage that the samples leave possible: the longest stretch of the series into which no success falls whole,
 * from its sending to its completion. Nothing but a success counts, so time that was not measured counts as if it had failed,
 * and so does the time before the first success and after the last.
 *
 * A success says that the path worked at some moment between sending and completion, and not when: a prober that stood still
 * meanwhile reads late what came early. That is why a stretch begins where a success was sent, not where one was complete.
 * @param sinceMs what was before does not count
 */
export function outageBound(series: ProbeSeries, sinceMs = series.startMs): SuccessGap {
  const lives = successLives(series)
  let longest: SuccessGap = { ms: 0, atMs: sinceMs }
  const take = (beganMs: number, toMs: number): void => {
    const fromMs = Math.max(sinceMs, beganMs)
    if (toMs - fromMs > longest.ms) longest = { ms: toMs - fromMs, atMs: fromMs }
  }
  let nextMs = series.endMs
  for (const { fromMs, toMs } of lives.toReversed()) {
    take(fromMs, nextMs)
    nextMs = Math.min(nextMs, toMs)
  }
  take(series.startMs, nextMs)
  return longest
}

/** From sending to completion of each success, by sending. One that was planned after the end divides no stretch of the series. */
function successLives(series: ProbeSeries): readonly { readonly fromMs: number; readonly toMs: number }[] {
  const lives = []
  for (const [row, n] of series.seq.entries()) {
    if (series.outcome[row] !== outcomes.ok) continue
    const atMs = plannedMs(series, n)
    const [lagMs, latencyMs] = [series.lagMs[row] ?? 0, series.latencyMs[row] ?? 0]
    // Both are rounded in the file; a success that lasts less than nothing would divide a stretch that it does not.
    lives.push({ fromMs: atMs + Math.min(lagMs, latencyMs), toMs: atMs + latencyMs })
  }
  return lives.sort((a, b) => a.fromMs - b.fromMs)
}
