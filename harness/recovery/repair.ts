import type { Journal } from '../model/journal.ts'
import { drillMilestone } from '../model/milestone.ts'
import { crashTriggerAt, whereOf, type CrashPoint } from './crash-point.ts'
import type { RepairOrder } from './repair-order.ts'
import { repairProcess, type RepairWatch } from './repair-process.ts'

export interface RepairRun {
  readonly journal: Pick<Journal, 'append'>
  readonly signal: AbortSignal
  readonly crashPoint?: CrashPoint | undefined
  /** Between the kill and the second start. */
  readonly onKilled?: () => Promise<void>
  /** When a repair that will not be killed any more has verified the cluster, and goes on to what is not urgent. */
  readonly onVerified?: (() => void) | undefined
  /** Another program, for experiments. */
  readonly program?: string | undefined
  /** Another process, for tests. */
  readonly run?: typeof repairProcess
}

/**
 * Repairs in a process of its own. A crash point kills that process once, and the repair is started again. A crash point that
 * was never reached is on the journal as `recovery.not-killed`, and the repair counts as it ended.
 */
export async function repair(order: RepairOrder, options: RepairRun): Promise<void> {
  const { journal, signal, crashPoint, onKilled, onVerified, program, run = repairProcess } = options
  const { id } = order.recovery
  const watch: RepairWatch = {
    onReady: () => void journal.append({ ...drillMilestone('recovery-started'), recovery: id }),
    onEvent: (event) => void journal.append(event),
    signal,
    ...(program === undefined ? {} : { program }),
  }
  const last: RepairWatch = {
    ...watch,
    onEvent: (event) => {
      journal.append(event)
      if (event.type === 'milestone.reached' && event['milestone'] === 'verified') onVerified?.()
    },
  }
  if (crashPoint === undefined) {
    await run(order, last)
    return
  }
  const where = whereOf(crashPoint)
  const { killed } = await run(order, { ...watch, crashTrigger: crashTriggerAt(crashPoint) })
  if (!killed) {
    journal.append({ type: 'recovery.not-killed', where })
    return
  }
  journal.append({ type: 'recovery.killed', where })
  await onKilled?.()
  await run(order, last)
}
