import { PreconditionError } from '../engine/errors.ts'
import type { NodeFacts } from '../model.ts'

/** Throws PreconditionError where an earlier repair has not come to its end: it recorded the CAs, and removes them last. */
export function refuseUnfinished(
  machines: readonly (Pick<NodeFacts, 'recordedCas'> & { readonly name: string })[],
): void {
  const unfinished = machines.filter(({ recordedCas }) => recordedCas.length > 0).map(({ name }) => name)
  if (unfinished.length === 0) return
  throw new PreconditionError(
    `an earlier repair has not come to its end on ${unfinished.join(', ')}: run it again without --finish first`,
    { reason: 'repair-unfinished' },
  )
}
