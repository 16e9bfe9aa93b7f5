import { PreconditionError } from '../engine/errors.ts'
import type { Unreachable } from '../model.ts'

/** Throws PreconditionError where a machine does not answer, whose pods may have tokens of a lost key. */
export function refuseUnreachable(unreachable: readonly Unreachable[]): void {
  if (unreachable.length === 0) return
  const named = unreachable.map(({ name, reason }) => `${name} (${reason})`)
  throw new PreconditionError(
    `whether pods on ${named.join('; ')} use tokens of the lost key cannot be known; nothing was changed: bring the machine back, or take it out of the inventory, and start again`,
    { reason: 'old-tokens-unknown' },
  )
}
