import type { JournalEvent } from '../../model/journal.ts'

/** How many commands ran on machines. */
export interface MachineCommands {
  readonly total: number
  /** On the machine that had the most. */
  readonly most: number
}

/**
 * The commands on machines from the start of a repair until the cluster was recovered; null where it was not. What the drill itself
 * ran there meanwhile counts too: the journal does not tell it apart.
 */
export function machineCommands(events: readonly JournalEvent[]): MachineCommands | null {
  const reached = (id: string) =>
    events.findIndex((event) => event.type === 'milestone.reached' && event['milestone'] === id)
  const [from, to] = [reached('recovery-started'), reached('recovered')]
  if (from < 0 || to < from) return null
  const during = events.slice(from, to).filter(({ type }) => type === 'command.finished')
  const perMachine = Object.values(Object.groupBy(during, (event) => String(event['node'])))
  return { total: during.length, most: Math.max(0, ...perMachine.map((some = []) => some.length)) }
}
