import type { Node } from '../node.ts'
import { withExec } from './with-exec.ts'

/** What has a factor for its time limits: a machine, or the repair. Default 1. */
export interface Patience {
  readonly timeoutFactor?: number | undefined
}

/** So many machines are no burden to the control planes; of each limit it takes so much more as there are more. */
const usualMachines = 100

/** What a command may take by default, as `ExecOptions.timeoutMs` has it. */
const commandMs = 60_000

/** Pure: how many times as long as usual a repair waits, by the operator's word and the number of machines. */
export function timeoutFactorOf(machines: number, { timeoutFactor = 1 }: Patience): number {
  return timeoutFactor * Math.max(1, machines / usualMachines)
}

/** Pure: a time limit of the repair, in ms, as long as it is there. */
export function limitMs(ms: number, { timeoutFactor = 1 }: Patience): number {
  return Math.ceil(ms * timeoutFactor)
}

/** The same for a script, in seconds. */
export const limitS = (seconds: number, patience: Patience): number =>
  Math.ceil(limitMs(seconds * 1000, patience) / 1000)

/** A machine whose commands may take so many times as long. */
export function patientNode(node: Node, timeoutFactor: number): Node {
  if (timeoutFactor === 1) return node
  return withExec(node, (argv, options) =>
    node.exec(argv, { ...options, timeoutMs: limitMs(options?.timeoutMs ?? commandMs, { timeoutFactor }) }),
  )
}
