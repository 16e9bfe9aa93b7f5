import { plannedCount, plannedMs } from './schedule.ts'
import { outcomes, type ProbeSeries, stallMs } from '../../model/probe-series.ts'
import { unmeasuredSlots } from './unmeasured-slots.ts'

export interface SuccessGap {
  readonly ms: number
  /** When it began, milliseconds since the run began. */
  readonly atMs: number
}

/**
 * The longest time in which the path is not known to have worked; undefined when fewer than two samples succeeded.
 *
 * A gap lies between the completions of two successes, a and b, with no other completed between them.
 * 1. When any failed sample was under way in it (its life from plan to verdict touches the gap), the gap counts whole, unmeasured
 *    samples or not: a failure was seen, and nobody can say when it ended.
 * 2. Otherwise the slots of unmeasured samples, [planned, planned + interval), and the delays of samples that a prober which stood
 *    still sent late, [planned, sent), are cut out of it, and its longest remaining stretch counts: what could not be seen is
 *    charged to coverage and to the outage bound, and only there. A prober that stands still for a second makes no downtime; a slow
 *    target beside one lost sample is still slow.
 * Time before the first success and after the last is no gap: outages and coverage tell of it. Nor is the time after
 * the end of the probing, when nobody asked any more: a late answer to the last samples says nothing of it.
 */
export function longestGap(series: ProbeSeries): SuccessGap | undefined {
  const completed = completions(series)
  if (completed.length < 2) return undefined
  const touchesFailure = failureSweep(series)
  const longestSeen = blindSweep(series)
  let longest: SuccessGap = { ms: -1, atMs: 0 }
  for (let i = 1; i < completed.length; i++) {
    const fromMs = completed[i - 1] ?? 0
    const gap = { fromMs, toMs: Math.min(completed[i] ?? 0, Math.max(fromMs, series.endMs)) }
    const counted = touchesFailure(gap) ? { ms: gap.toMs - gap.fromMs, atMs: gap.fromMs } : longestSeen(gap)
    if (counted.ms > longest.ms) longest = counted
  }
  return longest
}

interface Stretch {
  readonly fromMs: number
  readonly toMs: number
}

/** When the successes were complete, ascending: answers may overtake each other. */
function completions(series: ProbeSeries): Float64Array {
  const times = new Float64Array(series.seq.length)
  const planned = plannedCount(series)
  let count = 0
  for (const [row, n] of series.seq.entries())
    if (n < planned && series.outcome[row] === outcomes.ok)
      times[count++] = plannedMs(series, n) + (series.latencyMs[row] ?? 0)
  return times.subarray(0, count).sort()
}

/** Asked of gaps in ascending order: was a failed sample under way in it? */
function failureSweep(series: ProbeSeries): (gap: Stretch) => boolean {
  const lives = failureLives(series)
  let begun = 0
  let lastVerdictMs = Number.NEGATIVE_INFINITY
  return ({ fromMs, toMs }) => {
    for (let life = lives[begun]; life !== undefined && life.fromMs < toMs; life = lives[++begun])
      lastVerdictMs = Math.max(lastVerdictMs, life.toMs)
    return lastVerdictMs > fromMs
  }
}

/** From plan to verdict of each failed sample, by plan. */
function failureLives(series: ProbeSeries): readonly Stretch[] {
  const planned = plannedCount(series)
  const lives: Stretch[] = []
  for (const [row, n] of series.seq.entries()) {
    if (n >= planned || series.outcome[row] !== outcomes.failed) continue
    const fromMs = plannedMs(series, n)
    lives.push({ fromMs, toMs: fromMs + (series.latencyMs[row] ?? 0) })
  }
  return lives
}

/** When the prober saw nothing, by its beginning. */
function blindStretches(series: ProbeSeries): readonly Stretch[] {
  const slots = Array.from(unmeasuredSlots(series), (n): Stretch => {
    const fromMs = plannedMs(series, n)
    return { fromMs, toMs: fromMs + series.intervalMs }
  })
  const late = [...series.seq].flatMap((n, row): readonly Stretch[] => {
    const [fromMs, lagMs] = [plannedMs(series, n), series.lagMs[row] ?? 0]
    return lagMs > stallMs && series.outcome[row] !== outcomes.unmeasured ? [{ fromMs, toMs: fromMs + lagMs }] : []
  })
  return [...slots, ...late].sort((a, b) => a.fromMs - b.fromMs)
}

/** Asked of gaps in ascending order: the longest part of it in which the prober was not blind. */
function blindSweep(series: ProbeSeries): (gap: Stretch) => SuccessGap {
  const stretches = blindStretches(series)
  let first = 0
  return (gap) => {
    while ((stretches[first]?.toMs ?? Number.POSITIVE_INFINITY) <= gap.fromMs) first++
    let best: SuccessGap = { ms: 0, atMs: gap.fromMs }
    let seenFromMs = gap.fromMs
    const take = (toMs: number): void => {
      if (toMs - seenFromMs > best.ms) best = { ms: toMs - seenFromMs, atMs: seenFromMs }
    }
    for (
      let at = first, blind = stretches[at];
      blind !== undefined && blind.fromMs < gap.toMs;
      blind = stretches[++at]
    ) {
      take(blind.fromMs)
      seenFromMs = Math.max(seenFromMs, blind.toMs)
    }
    take(gap.toMs)
    return best
  }
}
