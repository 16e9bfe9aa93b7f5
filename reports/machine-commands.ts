import type { JournalEvent } from '../harness/model/journal.ts'
import type { Span } from '../harness/model/run-record.ts'

/** A command on a machine, from the journal. */
export interface CommandSpan {
  readonly node: string
  /** What the script says of itself in its first line, or the command. */
  readonly title: string
  /** Since the run began. */
  readonly fromMs: number
  readonly toMs: number
  readonly exitCode: number | null
}

/** The commands in the order in which they ended. */
export function commandsOf(events: readonly JournalEvent[]): readonly CommandSpan[] {
  return events.flatMap(({ type, atMs, node, command, durationMs, exitCode }): CommandSpan[] => {
    if (type !== 'command.finished' || typeof node !== 'string' || typeof command !== 'string') return []
    const tookMs = typeof durationMs === 'number' ? Math.min(durationMs, atMs) : 0
    const title = /^\S+ -c # (.+?)(?: …)?$/.exec(command)?.[1] ?? command
    return [
      { node, title, fromMs: atMs - tookMs, toMs: atMs, exitCode: typeof exitCode === 'number' ? exitCode : null },
    ]
  })
}

/** A step on one machine: from its first command that began within the step to the end of the last one. */
export interface StepOnMachine {
  readonly step: Span
  readonly fromMs: number
  readonly toMs: number
  /** How many commands. */
  readonly count: number
}

/** What each step did on the machine of these commands. A step ends there with its last command, at the latest when it ends itself. */
export function withinSteps(
  commands: readonly CommandSpan[],
  steps: readonly Span[],
  endMs: number,
): readonly StepOnMachine[] {
  return steps.flatMap((step) => {
    const untilMs = step.toMs ?? endMs
    const own = commands.filter(({ fromMs }) => fromMs >= step.fromMs && fromMs < untilMs)
    if (own.length === 0) return []
    const toMs = Math.min(untilMs, Math.max(...own.map((command) => command.toMs)))
    return [{ step, fromMs: Math.min(...own.map(({ fromMs }) => fromMs)), toMs, count: own.length }]
  })
}
