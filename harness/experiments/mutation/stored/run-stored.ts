import { changedParts } from '../mutant/parts.ts'
import { NotApplicableError, type BaseId, type StoredMutant } from '../mutant/mutant.ts'
import { verdictOn, type MutantResult } from '../mutant/verdict-on.ts'
import type { BaseRun } from './base-runs.ts'

/** Applies a mutant to its base run, proves that it was applied, and judges the run again. */
export function runStored(mutant: StoredMutant, bases: ReadonlyMap<BaseId, BaseRun>): MutantResult {
  const { id, title, check } = mutant
  const none = (outcome: 'not-applied' | 'not-applicable', words: string): MutantResult => ({
    ...{ id, title, check, outcome, words },
    others: [],
  })
  const base = bases.get(mutant.base)
  if (!base) return none('not-applied', `there is no base run ${mutant.base}`)
  try {
    const spoilt = mutant.change(base.run)
    const [touched, meant] = [changedParts(base.run, spoilt), mutant.touches.toSorted()]
    if (touched.join() !== meant.join())
      return none('not-applied', `changed ${touched.join(', ') || 'nothing'} instead of ${meant.join(', ')}`)
    return verdictOn(mutant, base.findings, base.judged(spoilt))
  } catch (error) {
    if (error instanceof NotApplicableError) return none('not-applicable', error.message)
    throw error
  }
}
