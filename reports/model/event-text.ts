import type { JournalEvent } from '../../harness/model/journal.ts'

const shownApart: ReadonlySet<string> = new Set(['seq', 'atMs', 'type'])

/** What is recorded in an event beside its type and time, in a line: `node worker, path /etc/kubernetes`. */
export function eventText(event: JournalEvent): string {
  if (event.type === 'command.finished')
    return `${textOf(event['node'])}: ${textOf(event['command'])} [exit code ${textOf(event['exitCode'])}, ${textOf(event['durationMs'])} ms]`
  return Object.entries(event)
    .filter(([key]) => !shownApart.has(key))
    .map(([key, value]) => `${key} ${textOf(value)}`)
    .join(', ')
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return JSON.stringify(value)
  return Array.isArray(value) ? value.map(textOf).join('; ') : String(value)
}
