import type { JournalEvent } from '../../harness/model/journal.ts'

/** What is recorded in an event beside its type and time, in a line: `node worker, path /etc/kubernetes`. */
export function eventText({ seq: _seq, atMs: _atMs, type, ...rest }: JournalEvent): string {
  if (type === 'command.finished')
    return `${textOf(rest['node'])}: ${textOf(rest['command'])} [exit code ${textOf(rest['exitCode'])}, ${textOf(rest['durationMs'])} ms]`
  return Object.entries(rest)
    .map(([key, value]) => `${key} ${textOf(value)}`)
    .join(', ')
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return JSON.stringify(value)
  return Array.isArray(value) ? value.map(textOf).join('; ') : String(value)
}
