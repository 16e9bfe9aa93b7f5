import type { Verdict } from '../../../model/run-record.ts'
import type { RunView } from '../../../model/run-view.ts'

/** The runs that stored mutants spoil: one real run, the others made up for what it cannot show. */
export const baseIds = [
  'recorded',
  'good',
  'nothing-lost',
  'two-control-planes',
  'killed',
  'planned',
  'neighbours',
  'nothing-to-do',
  'refused',
  'calibrated',
  'two-probers',
] as const
export type BaseId = (typeof baseIds)[number]

/** A wrong that a drill must notice, and who must notice it. */
export interface Mutant {
  /** Stable for ever: `outage-of-600-ms`. */
  readonly id: string
  /** What is wrong, one line. */
  readonly title: string
  /** The check that must go red. */
  readonly check: string
  readonly verdict: Exclude<Verdict, 'pass'>
  /** What its summary or details must say: a check that is red for another reason has not seen the mutant. */
  readonly because: RegExp
}

/** A change of a stored run. */
export interface StoredMutant extends Mutant {
  readonly base: BaseId
  /** The parts of the run that it changes, and no other: the proof that it was applied. */
  readonly touches: readonly string[]
  /** Pure. Throws NotApplicableError where the run has nothing to change. */
  readonly change: (run: RunView) => RunView
}

/** The run has not what the mutant changes, as a run with one control plane has no second. */
export class NotApplicableError extends Error {
  override readonly name = 'NotApplicableError'
}
