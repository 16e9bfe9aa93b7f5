import { PreconditionError } from '../engine/errors.ts'
import type { Unreachable } from '../model.ts'
import type { Node } from '../node.ts'
import { messageOf } from './errors.ts'
import { settleEach } from './for-each-node.ts'

export interface Asked<R> {
  readonly answers: readonly R[]
  /** Workers that did not answer; they hold nobody up. */
  readonly unreachable: readonly Unreachable[]
}

/**
 * Asks every machine at once, and goes on without a worker that does not answer. Rejects with PreconditionError, which names each
 * unreachable machine and why, where a control plane is among them, or more than one worker and more than half of them.
 */
export async function askAll<R>(
  nodes: readonly Node[],
  ask: (node: Node) => Promise<R>,
  signal: AbortSignal,
): Promise<Asked<R>> {
  const outcomes = await settleEach(nodes, ask)
  signal.throwIfAborted()
  const failed = nodes.flatMap((node, index) => {
    const outcome = outcomes[index]
    return outcome?.status === 'rejected' ? [{ node, reason: messageOf(outcome.reason) }] : []
  })
  const workers = nodes.filter(({ role }) => role === 'worker')
  const isWorker = failed.every(({ node }) => node.role === 'worker')
  if (!isWorker || (failed.length > 1 && failed.length > workers.length / 2)) {
    const named = failed.map(({ node, reason }) => `${node.name} (${reason})`)
    throw new PreconditionError(`unreachable machines: ${named.join('; ')}; nothing was changed`, {
      reason: 'machine-unreachable',
    })
  }
  return {
    answers: outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : [])),
    unreachable: failed.map(({ node, reason }) => ({ name: node.name, reason: `it does not answer: ${reason}` })),
  }
}
