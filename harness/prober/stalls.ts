/** A process that runs this much later than it asked for stands still: the scheduler, a stop signal or a garbage collection held it. */
export const stallMs = 50

const remembered = 64

/** Remembers when the prober itself stood still. */
export interface Stalls {
  /** The loop runs now; `expectedMs` is when it should have run at the latest. Both count for one stall only once. */
  note(nowMs: number): void
  /** The loop need not run before this. */
  expect(atMs: number): void
  /** How long the prober stood still between two moments. */
  within(fromMs: number, toMs: number): number
  readonly count: number
  readonly totalMs: number
}

export function stalls(): Stalls {
  const from = new Float64Array(remembered)
  const to = new Float64Array(remembered)
  let expectedMs = Number.POSITIVE_INFINITY
  let count = 0
  let totalMs = 0
  return {
    note(nowMs) {
      if (nowMs - expectedMs > stallMs) {
        from[count % remembered] = expectedMs
        to[count % remembered] = nowMs
        count++
        totalMs += nowMs - expectedMs
      }
      if (nowMs > expectedMs) expectedMs = nowMs
    },
    expect(atMs) {
      expectedMs = atMs
    },
    within(fromMs, toMs) {
      let sum = 0
      for (let at = 0; at < Math.min(count, remembered); at++) {
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
