import { UsageError } from '../model/errors.ts'
import type { Step } from '../../lib/index.ts'

/** Where a repair is killed (SIGKILL) before it is run again: plain data. */
export interface CrashPoint {
  readonly when: 'after' | 'in'
  readonly step: string
  /** For `in`: the how manieth command that the step's own work begins on a machine, from 1. */
  readonly command: number
}

/** For people and for the record: «after start-etcd», «in start-etcd», «in start-etcd, command 3». */
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
