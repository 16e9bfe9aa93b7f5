import { worstOf, type Verdict } from '../../harness/model/run-record.ts'
import { outcomeOf } from '../comparison/outcome.ts'
import type { StoredRun, UnreadableRun } from '../comparison/stored-run.ts'

/** A drill of which a run is expected. */
export interface ExpectedDrill {
  /** The words after `drill run`, in the spelling of `StoredRun.drill`. */
  readonly drill: string
  /** What is special about it: `on three control planes`. */
  readonly title: string
}

/** A run of the matrix, a run that should be there and is not, or one that cannot be read. */
export interface MatrixRow {
  readonly state: 'run' | 'missing' | 'unreadable'
  /** The words after `drill run`; of a run that cannot be read its directory. */
  readonly drill: string
  /** Empty where the drill is not of the matrix. */
  readonly title: string
  readonly isExpected: boolean
  /** Whether it ended as its scenario is made to end; unknown for what is missing or cannot be read. */
  readonly verdict: Verdict
  readonly summary: string
  readonly run: StoredRun | null
}

export interface Matrix {
  /** The worst of all rows. */
  readonly verdict: Verdict
  readonly claim: string
  /** In the order of the matrix, then what is not of it. */
  readonly rows: readonly MatrixRow[]
}

/** All runs of a matrix as one result: a drill without a run is unknown, and every run of a drill counts. */
export function mergeRuns(
  expected: readonly ExpectedDrill[],
  runs: readonly StoredRun[],
  unreadable: readonly UnreadableRun[],
): Matrix {
  const known = new Set(expected.map(({ drill }) => drill))
  const rows = [
    ...expected.flatMap(({ drill, title }) => {
      const own = runs.filter((run) => run.drill === drill)
      return own.length === 0 ? [missingRow(drill, title)] : own.map((run) => runRow(run, title, true))
    }),
    ...runs.filter(({ drill }) => !known.has(drill)).map((run) => runRow(run, '', false)),
    ...unreadable.map(unreadableRow),
  ]
  return { verdict: worstOf(rows.map(({ verdict }) => verdict)), claim: claimOf(rows), rows }
}

const runRow = (run: StoredRun, title: string, isExpected: boolean): MatrixRow => ({
  ...{ state: 'run', drill: run.drill, title, isExpected, run, ...outcomeOf(run.record) },
})

const missingRow = (drill: string, title: string): MatrixRow => ({
  ...{ state: 'missing', drill, title, isExpected: true, verdict: 'unknown', run: null },
  summary: 'there is no run of this drill',
})

const unreadableRow = ({ directory, reason }: UnreadableRun): MatrixRow => ({
  ...{ state: 'unreadable', drill: directory, title: '', isExpected: false, verdict: 'unknown', run: null },
  summary: reason,
})

function claimOf(rows: readonly MatrixRow[]): string {
  const counted = (text: string, of: readonly MatrixRow[]) => (of.length === 0 ? [] : [`${of.length} ${text}`])
  const runs = rows.filter(({ state }) => state === 'run')
  const of = (verdict: Verdict) => runs.filter((row) => row.verdict === verdict)
  const state = (is: MatrixRow['state']) => rows.filter((row) => row.state === is)
  const drills = new Set(rows.filter(({ isExpected }) => isExpected).map(({ drill }) => drill)).size
  const parts = [
    `${of('pass').length} of ${runs.length} runs ended as expected`,
    ...counted('failed', of('fail')),
    ...counted('unknown', of('unknown')),
    ...counted(`of ${drills} drills without a run`, state('missing')),
    ...counted('not readable', state('unreadable')),
    ...counted(
      'not in the matrix',
      runs.filter(({ isExpected }) => !isExpected),
    ),
  ]
  return parts.join('; ')
}
