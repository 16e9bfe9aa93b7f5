import { type Outcome, outcomes, stallMs } from '../../model/probe-series.ts'
import type { ErrorClass } from './sample-format.ts'

export interface Verdict {
  readonly outcome: Outcome
  readonly error: ErrorClass
}

export interface Life {
  /** From the planned time until now. */
  readonly lifeMs: number
  /** How much of it the prober itself was held up. */
  readonly stalledMs: number
  readonly deadlineMs: number
}

/** After this many deadlines without an answer nothing is claimed any more: the prober never ran long enough to wait for one. */
const givenUpAfter = 10

/**
 * Judges a request that ended. The clock of a sample stands still while the prober is held up: what holds the prober may hold the
 * target as well, as when a machine has too little CPU for both. So a late answer that lay in the socket is ok when it was late by
 * no more than a sample may be, and else says nothing. A refusal, a reset or a wrong answer is the target's, however late it was
 * read.
 */
export function verdictOnEnd(error: ErrorClass, { lifeMs, stalledMs, deadlineMs }: Life): Verdict {
  if (error === 'prober-resources') return { outcome: outcomes.unmeasured, error }
  if (error !== 'none') return { outcome: outcomes.failed, error }
  if (lifeMs - stalledMs > deadlineMs) return { outcome: outcomes.failed, error: 'response-timeout' }
  if (lifeMs <= deadlineMs + stallMs) return { outcome: outcomes.ok, error }
  return { outcome: outcomes.unmeasured, error: 'prober-stalled' }
}

/** Judges a request that has not ended; undefined: wait on. */
export function verdictOnWaiting(waiting: boolean, { lifeMs, stalledMs, deadlineMs }: Life): Verdict | undefined {
  if (lifeMs - stalledMs >= deadlineMs)
    return { outcome: outcomes.failed, error: waiting ? 'response-timeout' : 'connect-timeout' }
  if (lifeMs > givenUpAfter * deadlineMs) return { outcome: outcomes.unmeasured, error: 'prober-stalled' }
  return undefined
}
