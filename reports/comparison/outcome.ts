import type { RunRecord, Verdict } from '../../harness/model/run-record.ts'
import { runClaim } from '../model/record.ts'

/** The end of a run beside the one that its drill is made to give. */
export interface Outcome {
  /** pass: it ended as expected, a run that must fail among them. */
  readonly verdict: Verdict
  /** One sentence. */
  readonly summary: string
}

/** Exit codes of verdicts, as `drill run` has them. */
const verdictCodes: Readonly<Record<Verdict, number>> = { pass: 0, fail: 1, unknown: 2 }

/** How a run ended, judged by the verdict that its scenario is made to give. An early end without a failed check is unknown. */
export function outcomeOf(record: RunRecord): Outcome {
  const { verdict, exitCode, expects, error } = record
  // A repair that must refuse is a pass by the check of that name.
  const expected = typeof expects === 'string' ? expects : 'pass'
  const claim = runClaim(record)
  if (verdict === expected && exitCode === verdictCodes[expected])
    return { verdict: 'pass', summary: expected === 'pass' ? claim : `${expected}, as expected: ${claim}` }
  const failed = verdict === 'fail' || (verdict === 'pass' && expected !== 'pass' && error === null)
  const summary = expected === 'pass' ? claim : `expected ${expected}, but ${verdict ?? 'no verdict'}: ${claim}`
  return { verdict: failed ? 'fail' : 'unknown', summary }
}
