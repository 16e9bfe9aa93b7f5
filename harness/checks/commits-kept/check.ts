import type { Check } from '../../model/check.ts'
import { clock, counted, duration } from '../../model/format.ts'
import { evidenceOf } from '../../observe/evidence-of.ts'
import { conclude } from '../conclude.ts'
import { collectCommitsAfter, collectCommitsBefore } from './collect.ts'
import { type CommitLedger, type Commits, commitsSchema } from './evidence.ts'

const check = { id: 'commits-kept', title: 'What the database acknowledged is kept' }

/**
 * For drills with the workload `database`: by a ledger that was committed through its Service from the baseline to the end. What was
 * acknowledged is in the primary and in its standby; what was deleted or refused is not. Sessions that broke and commits that nobody
 * acknowledged are listed, not judged: an application has to expect both.
 */
export const commitsKept: Check = {
  ...check,
  collect: { baseline: collectCommitsBefore, settled: collectCommitsAfter },
  judge(run) {
    const seen = evidenceOf(run, 'commits-settled', commitsSchema)
    if (!seen.ok) return conclude(check, { failures: [], unknowns: [seen.unknown], claim: '' })
    const { ledger, standby, standbyProblem } = seen.value
    const { written, deleted, unacknowledged, sessions } = ledger
    const broken = sessions.filter(({ problem }) => problem !== null)
    return conclude(check, {
      failures: failuresIn(seen.value),
      unknowns: [
        ...(written.length === 0 ? ['no commit was acknowledged'] : []),
        ...(isKeptToTheEnd(seen.value) ? [] : ['no commit was acknowledged in the last 10 s']),
        ...(standby ? [] : [`the standby did not answer: ${standbyProblem ?? ''}`]),
      ],
      claim: `${counted(written.length, 'acknowledged commit')} and ${counted(deleted.length, 'acknowledged delete')} are kept, in the standby too; ${counted(unacknowledged.length, 'commit')} not acknowledged, ${counted(broken.length, 'broken session')}`,
      facts: [
        `${counted(sessions.length, 'session')} with the database, ${broken.length} of which broke`,
        ...broken.map(
          ({ fromMs, toMs, commits, problem }) =>
            `session of ${clock(fromMs).trim()} broke at ${clock(toMs).trim()}, after ${counted(commits, 'commit')}: ${problem ?? ''}`,
        ),
        ...unacknowledged.map((one) => fateOf(one, seen.value)),
        ...(ledger.longestWaitAtMs === null
          ? []
          : [
              `longest time between two acknowledged commits: ${duration(ledger.longestWaitMs)}, at ${clock(ledger.longestWaitAtMs).trim()}`,
            ]),
      ],
    })
  },
}

const some = (entries: readonly number[]) => `${entries.slice(0, 5).join(', ')}${entries.length > 5 ? ' and more' : ''}`

function failuresIn({ ledger, primary, standby }: Commits): readonly string[] {
  const { written, deleted, vanished, unacknowledged } = ledger
  const [there, copied] = [new Set(primary), new Set(standby)]
  const asked = new Set([...deleted, ...vanished, ...of(unacknowledged, 'delete').map(({ n }) => n)])
  const due = written.filter((n) => !asked.has(n))
  const lost = [...vanished, ...due.filter((n) => !there.has(n))]
  const undone = of(unacknowledged, 'write').filter(({ fate }) => fate !== 'in-doubt')
  const back = [...deleted, ...undone.map(({ n }) => n)].filter((n) => there.has(n))
  const known = new Set([...written, ...of(unacknowledged, 'write').map(({ n }) => n)])
  const foreign = primary.filter((n) => !known.has(n))
  const behind = standby ? due.filter((n) => there.has(n) && !copied.has(n)) : []
  return [
    ...(lost.length > 0 ? [`${counted(lost.length, 'acknowledged commit')} lost: ${some(lost)}`] : []),
    ...(back.length > 0 ? [`${counted(back.length, 'deleted or refused commit')} resurrected: ${some(back)}`] : []),
    ...(foreign.length > 0 ? [`never written: ${some(foreign)}`] : []),
    ...(behind.length > 0
      ? [`${counted(behind.length, 'acknowledged commit')} missing in the standby: ${some(behind)}`]
      : []),
  ]
}

const of = (unacknowledged: CommitLedger['unacknowledged'], action: 'write' | 'delete') =>
  unacknowledged.filter((one) => one.action === action)

function fateOf(
  { n, action, atMs, fate, problem }: CommitLedger['unacknowledged'][number],
  { primary }: Commits,
): string {
  const carriedOut = primary.includes(n) === (action === 'write')
  const later = fate === 'in-doubt' ? `; it was ${carriedOut ? '' : 'not '}carried out` : ''
  return `${action} of ${n} not acknowledged at ${clock(atMs).trim()}: ${problem}${later}`
}

/** A ledger that stopped says nothing of the time after. */
const isKeptToTheEnd = ({ ledger: { lastMs, endMs }, atMs }: Commits) =>
  lastMs !== null && endMs - lastMs <= 10_000 && atMs - endMs <= 60_000
