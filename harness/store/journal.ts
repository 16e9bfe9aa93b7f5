import { appendFileSync, closeSync, openSync } from 'node:fs'
import type { Journal, EventData, JournalEvent } from '../model/journal.ts'
import { redactedJson } from './redact.ts'

export type OpenJournal = Journal & Disposable

/**
 * Opens journal.jsonl for appending. Each event is on disk before `append` returns, so that a killed run leaves its whole story.
 * What looks like a secret is withheld here, whoever wrote it.
 */
export function openJournal(path: string, onEvent: (event: JournalEvent) => void = () => undefined): OpenJournal {
  const file = openSync(path, 'a', 0o644)
  const originNs = process.hrtime.bigint()
  const events: JournalEvent[] = []
  const nowMs = () => Number((process.hrtime.bigint() - originNs) / 1000n) / 1000
  let open = true
  return {
    originNs,
    events,
    nowMs,
    append(data: EventData) {
      const line = redactedJson({ seq: events.length, atMs: nowMs(), ...data })
      const event = JSON.parse(line) as JournalEvent
      events.push(event)
      if (open) appendFileSync(file, `${line}\n`)
      onEvent(event)
      return event
    },
    [Symbol.dispose]() {
      if (open) closeSync(file)
      open = false
    },
  }
}
