import type { Attempt } from './exchange.ts'

/** Samples that can be under way at once: 5 s at 50 Hz, twice as long as any verdict takes. */
const slots = 256
const nobody = -1

/** The samples of one path that are under way. Memory is taken once, at the start, so that nothing grows while it probes. */
export interface InFlight {
  readonly count: number
  /** Can this sample be sent? Not while an older one is under way in its place. */
  free(seq: number): boolean
  holds(seq: number): boolean
  add(seq: number, lagMs: number): void
  remove(seq: number): void
  lagMs(seq: number): number
  /** How many were under way when this one was sent, at most 255. */
  others(seq: number): number
  attempt(seq: number): Attempt | undefined
  setAttempt(seq: number, attempt: Attempt | undefined): void
  /** Marks it as being judged; false where it was already. */
  beginJudging(seq: number): boolean
  endJudging(seq: number): void
}

export function inFlight(): InFlight {
  const owner = new Float64Array(slots).fill(nobody)
  const judging = new Uint8Array(slots)
  const lag = new Float32Array(slots)
  const others = new Uint8Array(slots)
  const attempts = new Array<Attempt | undefined>(slots)
  let count = 0
  return {
    get count() {
      return count
    },
    free: (seq) => owner[seq % slots] === nobody,
    holds: (seq) => owner[seq % slots] === seq,
    add(seq, lagMs) {
      owner[seq % slots] = seq
      judging[seq % slots] = 0
      lag[seq % slots] = lagMs
      others[seq % slots] = Math.min(count, 255)
      count++
    },
    remove(seq) {
      owner[seq % slots] = nobody
      attempts[seq % slots] = undefined
      count--
    },
    lagMs: (seq) => lag[seq % slots] ?? 0,
    others: (seq) => others[seq % slots] ?? 0,
    attempt: (seq) => attempts[seq % slots],
    setAttempt: (seq, attempt) => void (attempts[seq % slots] = attempt),
    beginJudging(seq) {
      if (judging[seq % slots] === 1) return false
      judging[seq % slots] = 1
      return true
    },
    endJudging: (seq) => void (judging[seq % slots] = 0),
  }
}
