import { PreconditionError } from '../engine/errors.ts'
import type { NodeFacts } from '../model.ts'

/** Throws PreconditionError for machines without a program that the repair needs there. */
export function refuseMissingTools(
  machines: readonly ({ readonly name: string } & Pick<NodeFacts, 'missingTools'>)[],
): void {
  const missing = machines.flatMap(({ name, missingTools }) => missingTools.map((tool) => `${tool} on ${name}`))
  if (missing.length === 0) return
  throw new PreconditionError(
    `programs are missing: ${missing.join(', ')}; nothing was changed: private keys are judged on their machine and sealed for another one, so install them and start again`,
    { reason: 'tools-missing' },
  )
}
