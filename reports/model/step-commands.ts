import type { JournalEvent } from '../../harness/model/journal.ts'
import type { Span } from '../../harness/model/run-record.ts'
import { numberAt, textAt } from './stored.ts'

/** A command that ran on a machine, on the run's clock. */
export interface RanCommand {
  readonly node: string
  readonly fromMs: number
  readonly toMs: number
  readonly event: JournalEvent
}

/** Journal and spans round their times on their own. */
const toleranceMs = 5

/** For each step the commands that began and ended in it. A command that the drill itself ran meanwhile is not told apart. */
export function stepCommands(
  events: readonly JournalEvent[],
  steps: readonly Span[],
): readonly (readonly RanCommand[])[] {
  const found = steps.map((): RanCommand[] => [])
  for (const event of events) {
    if (event.type !== 'command.finished') continue
    const [fromMs, toMs] = [event.atMs - (numberAt(event, 'durationMs') ?? 0), event.atMs]
    const index = steps.findIndex(
      (step) => fromMs >= step.fromMs - toleranceMs && toMs <= (step.toMs ?? Infinity) + toleranceMs,
    )
    found[index]?.push({ node: textAt(event, 'node'), fromMs, toMs, event })
  }
  return found
}
