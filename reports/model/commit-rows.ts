import { formatCount, formatDuration } from './figures.ts'
import { at, listAt, numberAt, textAt } from './stored.ts'

/** What the writer of the workload `database` was told, and what was there at the end. */
export interface CommitRows {
  /** What, and how many. */
  readonly ledger: readonly (readonly [what: string, value: string])[]
  /** Of which an answer is missing: entry, when since the injection, why. */
  readonly unacknowledged: readonly (readonly string[])[]
  /** Begun and ended since the injection, acknowledged commits, why it ended. */
  readonly sessions: readonly (readonly string[])[]
}

/** Undefined where no database was written to. */
export function commitRows(evidence: Readonly<Record<string, unknown>>, zeroMs: number): CommitRows | undefined {
  const seen = evidence['commits-settled']
  if (seen === undefined) return undefined
  const ledger = at(seen, 'ledger')
  const size = (of: unknown, key: string) => formatCount(listAt(of, key).length)
  const since = (of: unknown, key: string) => {
    const ms = numberAt(of, key)
    return ms === undefined ? '' : formatDuration(ms - zeroMs)
  }
  const present = new Set(listAt(seen, 'primary'))
  return {
    ledger: [
      ['acknowledged commits', size(ledger, 'written')],
      ['acknowledged deletes', size(ledger, 'deleted')],
      ['gone before their delete', size(ledger, 'vanished')],
      ['not acknowledged', size(ledger, 'unacknowledged')],
      ['in the primary at the end', size(seen, 'primary')],
      [
        'in the standby at the end',
        at(seen, 'standby') === null ? textAt(seen, 'standbyProblem') : size(seen, 'standby'),
      ],
      ['longest time between two acknowledged commits', formatDuration(numberAt(ledger, 'longestWaitMs') ?? 0)],
      ['it began, since injection', since(ledger, 'longestWaitAtMs')],
    ],
    unacknowledged: listAt(ledger, 'unacknowledged').map((one) => [
      `${textAt(one, 'action')} of ${numberAt(one, 'n') ?? ''}`,
      since(one, 'atMs'),
      textAt(one, 'problem'),
      present.has(at(one, 'n')) ? 'there' : 'not there',
    ]),
    sessions: listAt(ledger, 'sessions').map((one) => [
      since(one, 'fromMs'),
      since(one, 'toMs'),
      formatCount(numberAt(one, 'commits') ?? 0),
      textAt(one, 'problem') || 'closed by the writer',
    ]),
  }
}
