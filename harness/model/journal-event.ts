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
