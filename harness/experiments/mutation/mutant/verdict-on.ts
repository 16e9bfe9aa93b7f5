import type { Finding } from '../../../model/run-record.ts'
import type { Mutant } from './mutant.ts'

/** `not-applied`: nothing can be said, which counts as survived; `not-applicable`: the run has nothing to change. */
export type Outcome = 'killed' | 'survived' | 'not-applied' | 'not-applicable'

/** What became of one mutant. */
export interface MutantResult {
  readonly id: string
  readonly title: string
  /** The check that had to go red. */
  readonly check: string
  readonly outcome: Outcome
  /** What that check said, or why the mutant does not count. */
  readonly words: string
  /** Other checks that were green without the mutant and are not with it. */
  readonly others: readonly string[]
}

/**
 * Whether the named check has seen the mutant: it was green without it, and is as red as it must be, for the reason that it must name.
 * Red checks beside it kill nothing.
 */
export function verdictOn(mutant: Mutant, without: readonly Finding[], with_: readonly Finding[]): MutantResult {
  const { id, title, check, verdict, because } = mutant
  const others = with_
    .filter((finding) => finding.id !== check && finding.verdict !== 'pass' && isGreen(without, finding.id))
    .map((finding) => finding.id)
  const result = (outcome: Outcome, words: string): MutantResult => ({ id, title, check, outcome, words, others })
  const finding = with_.find((one) => one.id === check)
  if (!finding && !isGreen(without, check)) return result('not-applicable', `the run was not judged by ${check}`)
  if (!finding) return result('survived', `with the mutant the run is not judged by ${check} any more`)
  if (!isGreen(without, check)) return result('not-applied', `${check} does not pass without the mutant either`)
  const line = [finding.summary, ...finding.details].find((text) => because.test(text))
  if (finding.verdict !== verdict)
    return result('survived', `${finding.verdict} instead of ${verdict}: ${finding.summary}`)
  return line === undefined ? result('survived', `red for another reason: ${finding.summary}`) : result('killed', line)
}

const isGreen = (findings: readonly Finding[], id: string) =>
  findings.some((finding) => finding.id === id && finding.verdict === 'pass')
