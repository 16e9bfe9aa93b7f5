import type { Journal } from '../ports.ts'
import type { Cut } from './cut.ts'
import type { RepairOrder } from './repair-order.ts'
import { repairProcess } from './repair-process.ts'

export interface Interruption {
  /** For the journal: «after start-etcd». */
  readonly where: string
  readonly cut: Cut
}

/** Repairs in a process of its own; an interruption kills that process once, and the repair begins again. */
export async function repair(
  order: RepairOrder,
  journal: Pick<Journal, 'append'>,
  signal: AbortSignal,
  interruption?: Interruption,
): Promise<void> {
  const onEvent = (event: Parameters<Journal['append']>[0]) => void journal.append(event)
  const first = await repairProcess(order, { onEvent, signal, ...(interruption ? { cut: interruption.cut } : {}) })
  if (!first.cut && interruption) throw new Error(`the repair was to be killed ${interruption.where}, and never was`)
  if (!first.cut) return
  journal.append({ type: 'recovery.interrupted', where: interruption?.where ?? '' })
  await repairProcess(order, { onEvent, signal })
}
