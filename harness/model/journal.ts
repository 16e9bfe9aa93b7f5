import { z } from 'zod'

/** An event as it is given to the journal: a type of the form `noun.past-tense`, and plain data. */
export interface EventData {
  readonly type: string
  readonly [key: string]: unknown
}

/** A line of journal.jsonl. */
export interface JournalEvent extends EventData {
  readonly seq: number
  /** Milliseconds since the run began, on the monotonic clock. */
  readonly atMs: number
}

/** A line of journal.jsonl; an event carries more, by its type. */
export const journalEventSchema = z.looseObject({
  seq: z.number().int(),
  atMs: z.number().describe('Milliseconds since the run began'),
  type: z.string().describe('noun.past-tense'),
})

/** The append-only log of a run; everything that happens is an event on it. */
export interface Journal {
  append(event: EventData): JournalEvent
  /** process.hrtime.bigint() when the run began: the zero of every time in the record. */
  readonly originNs: bigint
  /** Milliseconds since the run began. */
  nowMs(): number
  readonly events: readonly JournalEvent[]
}
