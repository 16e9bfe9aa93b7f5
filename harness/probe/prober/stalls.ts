import { stallMs } from '../../model/probe-series.ts'

/**
 * A sample is not sent any more when it would be this late; it is unmeasured then. One that is late by less still shows that the
 * path worked by then, and what the delay hides stays in the success gap, well below any budget.
 */
export const tooLateMs = 100

/** Timers of Node are 1 to 2 ms late anyway. */
const noticedMs = 5

/** More than a sample can live through: one is noticed every few milliseconds at most, and none lives for over 2.5 s. */
const remembered = 512

/** Remembers when the prober itself was held up: by the scheduler, a stop signal or a garbage collection. */
export interface Stalls {
  /** The loop runs now. Whoever comes first after a hold-up notes it; it counts once. */
  note(nowMs: number): void
  /** The loop need not run before this. */
  expect(atMs: number): void
  /** How long the prober was held up between two moments, short ones added up: starving comes in many small pieces too. */
  within(fromMs: number, toMs: number): number
  /** Of those over 50 ms. */
  readonly count: number
  readonly totalMs: number
}

export function stalls(): Stalls {
  const from = new Float64Array(remembered)
  const to = new Float64Array(remembered)
  let expectedMs = Number.POSITIVE_INFINITY
  let noticed = 0
  let count = 0
  let totalMs = 0
  return {
    note(nowMs) {
      const lateMs = nowMs - expectedMs
      if (lateMs <= 0) return
      if (lateMs > noticedMs) {
        from[noticed % remembered] = expectedMs
        to[noticed % remembered] = nowMs
        noticed++
      }
      if (lateMs > stallMs) {
        count++
        totalMs += lateMs
      }
      expectedMs = nowMs
    },
    expect(atMs) {
      expectedMs = atMs
    },
    within(fromMs, toMs) {
      let sum = 0
      for (let at = 0; at < Math.min(noticed, remembered); at++) {
        sum += Math.max(0, Math.min(toMs, to[at] ?? 0) - Math.max(fromMs, from[at] ?? 0))
      }
      return sum
    },
    get count() {
      return count
    },
    get totalMs() {
      return totalMs
    },
  }
}
