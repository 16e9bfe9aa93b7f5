import type { CrashPoint } from './crash-point-options.ts'
import type { RepairMessage } from './repair-order.ts'

/** Says at each message of a repair whether to kill it, at once or when the command just announced has begun. */
export type CrashTrigger = (message: RepairMessage) => 'now' | 'when begun' | undefined

export function crashTriggerAt({ when, step, command }: CrashPoint): CrashTrigger {
  return when === 'after' ? triggerAfter(step) : triggerIn(step, command)
}

/** Right after a step has finished or had nothing to do. */
function triggerAfter(step: string): CrashTrigger {
  return (message) => {
    if (message.type !== 'event' || message.event['step'] !== step) return undefined
    return message.event.type === 'step.finished' || message.event.type === 'step.skipped' ? 'now' : undefined
  }
}

/**
 * In the middle of the n-th command (from 1) that the step's own work begins on a machine, or, in a command of the
 * user's, at the n-th line that it prints; where that is over before it can be killed, at the end of the step.
 */
function triggerIn(step: string, nth: number): CrashTrigger {
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
