import type { Interruption } from './crash-point-options.ts'
import type { RepairMessage } from './repair-order.ts'

/** Says at each message of a repair whether to kill it, at once or when the command just announced has begun. */
export type Cut = (message: RepairMessage) => 'now' | 'when begun' | undefined

export function cutAt({ when, step, command }: Interruption): Cut {
  return when === 'after' ? cutAfter(step) : cutIn(step, command)
}

/** Right after a step has finished or had nothing to do. */
function cutAfter(step: string): Cut {
  return (message) => {
    if (message.type !== 'event' || message.event['step'] !== step) return undefined
    return message.event.type === 'step.finished' || message.event.type === 'step.skipped' ? 'now' : undefined
  }
}

/**
 * In the middle of the n-th command (from 1) that the step's own work begins on a machine, or, in a command of the
 * user's, at the n-th line that it prints; where that is over before it can be killed, at the end of the step.
 */
function cutIn(step: string, nth: number): Cut {
  let inside = false
  let begun = 0
  return (message) => {
    if (message.type === 'event' && message.event['step'] === step) {
      inside = message.event.type === 'step.started'
      if (begun >= nth) return 'now'
    }
    const printed = message.type === 'event' && message.event.type === 'recovery.said'
    if (!inside || !(printed || message.type === 'command-started')) return undefined
    begun += 1
    return begun === nth ? 'when begun' : undefined
  }
}
