import type { DrillContext } from '../model/context.ts'
import type { Proof } from '../model/proof.ts'

/** What one part of a proof saw, a line each. */
export interface Observation {
  /** Seen to contradict the loss. */
  readonly contradictions: readonly string[]
  /** What did not answer. */
  readonly unanswered: readonly string[]
  /** Seen as the loss must make it. */
  readonly confirmed: readonly string[]
}

/** One thing that must be seen before a loss counts as proved. */
export interface ProofPart {
  /** As a short statement: `no file below /etc/kubernetes on control planes`. */
  readonly title: string
  /** Waits, bounded, until it is seen. Rejects only when the signal says so. */
  observe(context: DrillContext): Promise<Observation>
}

/** Observes all parts at once. */
export async function proofBy(parts: readonly ProofPart[], context: DrillContext): Promise<Proof> {
  return proofOf(await Promise.all(parts.map((part) => part.observe(context))))
}

/**
 * Three-valued: `mismatch` when something contradicts the loss, else `inconclusive` when something did not answer, else
 * `confirmed`. Nothing observed is inconclusive.
 */
export function proofOf(observations: readonly Observation[]): Proof {
  const all = (key: keyof Observation) => observations.flatMap((observation) => observation[key])
  const [contradictions, unanswered, confirmed] = [all('contradictions'), all('unanswered'), all('confirmed')]
  const details = [...contradictions, ...unanswered, ...confirmed]
  if (contradictions.length > 0)
    return { result: 'mismatch', summary: `the loss did not happen: ${contradictions.join('; ')}`, details }
  if (unanswered.length > 0)
    return { result: 'inconclusive', summary: `the loss cannot be seen: ${unanswered.join('; ')}`, details }
  if (confirmed.length === 0) return { result: 'inconclusive', summary: 'no machine was observed', details }
  return { result: 'confirmed', summary: confirmed.join('; '), details }
}

/** The proof of several losses at once: the worst result wins. */
export function combineProofs(proofs: readonly Proof[]): Proof {
  const details = proofs.flatMap((proof) => proof.details)
  const summaryOf = (result: Proof['result']) =>
    proofs.flatMap((proof) => (proof.result === result ? [proof.summary] : [])).join('; ')
  const worst = (['mismatch', 'inconclusive'] as const).find((result) =>
    proofs.some((proof) => proof.result === result),
  )
  if (worst !== undefined) return { result: worst, summary: summaryOf(worst), details }
  if (proofs.length === 0) return { result: 'inconclusive', summary: 'nothing was destroyed', details }
  return { result: 'confirmed', summary: summaryOf('confirmed'), details }
}
