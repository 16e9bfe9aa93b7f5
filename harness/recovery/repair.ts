import type { Journal } from '../ports.ts'
import { cutAt } from './cut.ts'
import { whereOf, type Interruption } from './interruption.ts'
import type { RepairOrder } from './repair-order.ts'
import { repairProcess, type RepairWatch } from './repair-process.ts'

export interface RepairRun {
  readonly journal: Pick<Journal, 'append'>
  readonly signal: AbortSignal
  readonly interruption?: Interruption | undefined
  /** Between the kill and the second start. */
  readonly onCut?: () => Promise<void>
  /** Another process, for tests. */
  readonly run?: typeof repairProcess
}

/**
 * Repairs in a process of its own; an interruption kills that process once, and the repair begins again. One that never
 * came to be is on the journal as `recovery.not-interrupted`, and the repair counts as it ended.
 */
export async function repair(order: RepairOrder, options: RepairRun): Promise<void> {
  const { journal, signal, interruption, onCut, run = repairProcess } = options
  const watch: RepairWatch = { onEvent: (event) => void journal.append(event), signal }
  if (interruption === undefined) return void (await run(order, watch))
  const where = whereOf(interruption)
  const { cut } = await run(order, { ...watch, cut: cutAt(interruption) })
  if (!cut) return void journal.append({ type: 'recovery.not-interrupted', where })
  journal.append({ type: 'recovery.interrupted', where })
  await onCut?.()
  journal.append({ type: 'milestone.reached', milestone: 'recovery-started', recovery: order.recovery.id })
  await run(order, watch)
}
