import type { Journal } from '../model/model.ts'
import { cutAt } from './crash-point.ts'
import { whereOf, type Interruption } from './crash-point-options.ts'
import type { RepairOrder } from './repair-order.ts'
import { repairProcess, type RepairWatch } from './repair-process.ts'

export interface RepairRun {
  readonly journal: Pick<Journal, 'append'>
  readonly signal: AbortSignal
  readonly interruption?: Interruption | undefined
  /** Between the kill and the second start. */
  readonly onCut?: () => Promise<void>
  /** When a repair that is not to be killed any more takes the cluster for whole, and goes on to what is not urgent. */
  readonly onConfirmed?: (() => void) | undefined
  /** Another process, for tests. */
  readonly run?: typeof repairProcess
}

/**
 * Repairs in a process of its own; an interruption kills that process once, and the repair begins again. One that never
 * came to be is on the journal as `recovery.not-interrupted`, and the repair counts as it ended.
 */
export async function repair(order: RepairOrder, options: RepairRun): Promise<void> {
  const { journal, signal, interruption, onCut, onConfirmed, run = repairProcess } = options
  const { id } = order.recovery
  const watch: RepairWatch = {
    onReady: () => void journal.append({ type: 'milestone.reached', milestone: 'recovery-started', recovery: id }),
    onEvent: (event) => void journal.append(event),
    signal,
  }
  const last: RepairWatch = {
    ...watch,
    onEvent: (event) => {
      journal.append(event)
      if (event.type === 'milestone.reached' && event['milestone'] === 'confirmed') onConfirmed?.()
    },
  }
  if (interruption === undefined) {
    await run(order, last)
    return
  }
  const where = whereOf(interruption)
  const { cut } = await run(order, { ...watch, cut: cutAt(interruption) })
  if (!cut) {
    journal.append({ type: 'recovery.not-interrupted', where })
    return
  }
  journal.append({ type: 'recovery.interrupted', where })
  await onCut?.()
  await run(order, last)
}
