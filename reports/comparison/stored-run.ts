import type { RunRecord } from '../../harness/model/run-record.ts'

/** A run among others. */
export interface StoredRun {
  readonly record: RunRecord
  /** The words after `drill run`, each drill in one spelling: runs with the same words can be compared. */
  readonly drill: string
  /** Where its report is, relative to the page that names it; null where there is none. */
  readonly href: string | null
}

/** A run whose record cannot be read; it is named wherever runs are listed. */
export interface UnreadableRun {
  readonly directory: string
  readonly reason: string
}
