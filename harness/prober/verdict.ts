import { type Outcome, outcomes } from '../probes/probe-series.ts'
import type { ErrorClass } from './sample-format.ts'

export interface Verdict {
  readonly outcome: Outcome
  readonly error: ErrorClass
}

export interface Life {
  /** From the planned time until now. */
  readonly lifeMs: number
  /** How much of it the prober itself stood still. */
  readonly stalledMs: number
  readonly deadlineMs: number
}

/** After this many deadlines without an answer nothing is claimed any more: the prober never ran long enough to wait for one. */
const givenUpAfter = 10

/**
 * Judges a request that ended. An answer that was read before the verdict on its sample counts, as it lay in the socket by then;
 * when the prober stood still meanwhile, a late answer says nothing of the target. A refusal, a reset or a wrong answer is the
 * target's, however late the prober read it.
 */
export function verdictOnEnd(error: ErrorClass, { lifeMs, stalledMs, deadlineMs }: Life): Verdict {
  if (error === 'prober-resources') return { outcome: outcomes.unmeasured, error }
  if (error !== 'none') return { outcome: outcomes.failed, error }
  if (lifeMs <= deadlineMs || stalledMs === 0) return { outcome: outcomes.ok, error }
  if (lifeMs - stalledMs <= deadlineMs) return { outcome: outcomes.unmeasured, error: 'prober-stalled' }
  return { outcome: outcomes.failed, error: 'response-timeout' }
}

/**
 * Judges a request that has not ended; undefined is «wait on». The clock of a sample stands still while the prober does: what
 * holds the prober may hold the target as well, as when a machine has too little CPU for both.
 */
export function verdictOnWaiting(waiting: boolean, { lifeMs, stalledMs, deadlineMs }: Life): Verdict | undefined {
  if (lifeMs - stalledMs >= deadlineMs)
    return { outcome: outcomes.failed, error: waiting ? 'response-timeout' : 'connect-timeout' }
  if (lifeMs > givenUpAfter * deadlineMs) return { outcome: outcomes.unmeasured, error: 'prober-stalled' }
  return undefined
}
