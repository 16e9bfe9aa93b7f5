import type { Step } from '../../lib/index.ts'
import { UsageError } from '../model/errors.ts'
import type { RepairMessage } from './repair-order.ts'

/** Where a repair is killed (SIGKILL) before it is run again: plain data. */
export interface CrashPoint {
  readonly when: 'after' | 'in'
  readonly step: string
  /** For `in`: which command of the step's `run` to kill in, 1-based. */
  readonly command: number
}

/** For people and for the record: `after start-etcd`, `in start-etcd`, `in start-etcd, command 3`. */
export function whereOf({ when, step, command }: CrashPoint): string {
  return `${when} ${step}${command > 1 ? `, command ${command}` : ''}`
}

export interface CrashPointFlags {
  readonly interruptAfter?: string
  readonly interruptIn?: string
}

/**
 * What `--interrupt-after STEP` and `--interrupt-in STEP[:N]` ask for. Throws UsageError for both at once, and for a
 * step that the repair does not have.
 */
export function crashPointOf(
  { interruptAfter, interruptIn }: CrashPointFlags,
  steps: readonly Pick<Step, 'id'>[],
): CrashPoint | undefined {
  if (interruptAfter !== undefined && interruptIn !== undefined)
    throw new UsageError('a drill kills its repair once', 'give --interrupt-after or --interrupt-in')
  const given = interruptAfter ?? interruptIn
  if (given === undefined) return undefined
  const [, step = '', number] = /^([^:]*)(?::([1-9]\d?))?$/.exec(interruptIn ?? given) ?? []
  const named = interruptIn === undefined ? given : step
  const ids = steps.map(({ id }) => id)
  if (!ids.includes(named)) throw new UsageError(`no step is called "${given}"`, `one of ${ids.join(', ')}`)
  return { when: interruptIn === undefined ? 'after' : 'in', step: named, command: Number(number ?? 1) }
}

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
 * In the middle of the n-th command (1-based) that the step's `run` begins on a machine, or, in a command of the user, at the
 * n-th line that it prints; where that is over before it can be killed, at the end of the step.
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
