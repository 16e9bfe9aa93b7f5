import type { Answer } from '../../workload/answer.ts'
import type { ErrorClass } from './sample-format.ts'

/** How a request ended. */
export interface Ended {
  /** `none` when the answer was complete and right. */
  readonly error: ErrorClass
  readonly answer?: Answer
  /** It went over a connection that had served before. */
  readonly reused: boolean
  /** Something of an answer had come. */
  readonly answered: boolean
}

export type Done = (ended: Ended) => void

/** A request that is under way. */
export interface Attempt {
  /** The request has left this process, so that waiting means waiting for the target. */
  readonly waiting: () => boolean
  /** It goes over a connection that has served before. */
  readonly reused: () => boolean
  /** Gives it up; `done` is not called any more. */
  readonly abandon: () => void
}

/** Asks by something that has served nobody before, and so tells what is broken: only what is kept, or the way to the target. */
export interface AskAgain {
  ask(done: Done): Attempt
  /** A failure after which it is asked. */
  readonly after: (ended: Ended) => boolean
  /** The class of a failure after which this worked. */
  readonly broken: ErrorClass
  /** The class of a silence after which this worked. */
  readonly stalled: ErrorClass
}

/** How one path asks its target, and what it keeps between two samples. */
export interface Exchange {
  /** Asks once for the sample that was planned then, and calls `done` once. */
  ask(plannedMs: number, done: Done): Attempt
  /** Absent where every sample has a connection of its own. */
  readonly again?: AskAgain
}
