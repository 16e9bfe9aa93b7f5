import type { RepairMessage } from './repair-order.ts'

/** Says at each message of a repair whether to kill it, at once or when the command just announced has begun. */
export type Cut = (message: RepairMessage) => 'now' | 'when begun' | undefined

/** Right after a step has finished or had nothing to do. */
export function cutAfter(step: string): Cut {
  return (message) => {
    if (message.type !== 'event' || message.event['step'] !== step) return undefined
    return message.event.type === 'step.finished' || message.event.type === 'step.skipped' ? 'now' : undefined
  }
}

/** In the middle of the n-th command (from 1) that the step's own work begins on a machine. */
export function cutIn(step: string, nth = 1): Cut {
  let inside = false
  let begun = 0
  return (message) => {
    if (message.type === 'event' && message.event['step'] === step) inside = message.event.type === 'step.started'
    if (!inside || message.type !== 'command-started') return undefined
    begun += 1
    return begun === nth ? 'when begun' : undefined
  }
}
