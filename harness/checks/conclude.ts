import type { Finding } from '../model/run-record.ts'

/** What a judge found, before it is a verdict. */
export interface Conclusion {
  /** Seen to be false: any of them fails the check. */
  readonly failures: readonly string[]
  /** Not seen, or seen by an instrument that cannot be trusted: any of them leaves the check unknown. */
  readonly unknowns: readonly string[]
  /** The claim with its figures, as it reads when nothing speaks against it. */
  readonly claim: string
  /** Further evidence, a line each. */
  readonly facts?: readonly string[]
}

/** The finding of a check: a failure outweighs an unknown, an unknown outweighs the claim. */
export function conclude(check: { readonly id: string; readonly title: string }, conclusion: Conclusion): Finding {
  const { failures, unknowns, claim, facts = [] } = conclusion
  const against = failures.length > 0 ? failures : unknowns
  const [first] = against
  return {
    id: check.id,
    title: check.title,
    verdict: failures.length > 0 ? 'fail' : unknowns.length > 0 ? 'unknown' : 'pass',
    summary: first === undefined ? claim : `${first}${against.length > 1 ? ` (and ${against.length - 1} more)` : ''}`,
    details: [...failures, ...unknowns, ...facts],
  }
}
