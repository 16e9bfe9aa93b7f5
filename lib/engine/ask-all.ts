import { PreconditionError } from '../engine/errors.ts'
import type { Node } from '../node.ts'

/** Asks every machine at once. Rejects with PreconditionError that names each unreachable machine, and why. */
export async function askAll<R>(
  nodes: readonly Node[],
  ask: (node: Node) => Promise<R>,
  signal: AbortSignal,
): Promise<R[]> {
  const outcomes = await Promise.allSettled(nodes.map(ask))
  signal.throwIfAborted()
  const unreachable = outcomes.flatMap((outcome, index) =>
    outcome.status === 'rejected' ? [`${nodes[index]?.name ?? ''} (${String(outcome.reason)})`] : [],
  )
  if (unreachable.length > 0) {
    throw new PreconditionError(`unreachable machines: ${unreachable.join('; ')}; nothing was changed`, {
      reason: 'machine-unreachable',
    })
  }
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
}
