import { expect, test } from 'vitest'
import { keptCommits } from '../../testing/good-data.ts'
import { emptyRun, goodRun } from '../../testing/run-fixture.ts'
import { commitsKept } from './check.ts'
import type { Commits } from './evidence.ts'

const judged = (change: (seen: Commits) => Partial<Commits>) => {
  const seen = keptCommits()
  return commitsKept.judge({ ...goodRun, evidence: { 'commits-settled': { ...seen, ...change(seen) } } })
}
const without = (entries: readonly number[] | null, n: number) => (entries ?? []).filter((one) => one !== n)

test('passes with every acknowledged commit in both servers, and lists what was in doubt and what broke', () => {
  const { verdict, summary, details } = judged(() => ({}))
  expect([verdict, summary]).toEqual([
    'pass',
    '9 acknowledged commits and 1 acknowledged delete are kept, in the standby too; 1 commit not acknowledged, 1 broken session',
  ])
  expect(details).toContainEqual(
    expect.stringMatching(/^write of 7 not acknowledged at .*: no answer within 5 s; it was carried out$/),
  )
  expect(details).toContainEqual(expect.stringMatching(/^session of .* broke at .*, after 7 commits: no answer/))
  expect(details).toContainEqual(expect.stringMatching(/^longest time between two acknowledged commits: 5\.40 s/))
})

test.each<[string, (seen: Commits) => Partial<Commits>, string]>([
  [
    'a commit is lost',
    ({ primary, standby }) => ({ primary: without(primary, 9), standby: without(standby, 9) }),
    '1 acknowledged commit lost: 9',
  ],
  ['a delete is undone', ({ primary }) => ({ primary: [...primary, 5] }), '1 deleted or refused commit resurrected: 5'],
  ['an entry is there that nobody wrote', ({ primary }) => ({ primary: [...primary, 99] }), 'never written: 99'],
  [
    'the standby lacks one',
    ({ standby }) => ({ standby: without(standby, 2) }),
    '1 acknowledged commit missing in the standby: 2',
  ],
  [
    'a refused commit is there',
    ({ ledger }) => ({
      ledger: { ...ledger, unacknowledged: ledger.unacknowledged.map((one) => ({ ...one, fate: 'refused' })) },
    }),
    '1 deleted or refused commit resurrected: 7',
  ],
])('fails where %s', (_, change, summary) => {
  expect(judged(change)).toMatchObject({ verdict: 'fail', summary })
})

test('a commit in doubt may be there or not', () => {
  const gone = judged(({ primary, standby }) => ({ primary: without(primary, 7), standby: without(standby, 7) }))
  expect(gone.verdict).toBe('pass')
  expect(gone.details).toContainEqual(expect.stringMatching(/it was not carried out$/))
})

test.each<[string, (seen: Commits) => Partial<Commits>, string]>([
  [
    'the standby did not answer',
    () => ({ standby: null, standbyProblem: 'refused' }),
    'the standby did not answer: refused',
  ],
  [
    'nothing was acknowledged for the last minute',
    ({ ledger }) => ({ ledger: { ...ledger, lastMs: ledger.endMs - 60_000 } }),
    'no commit was acknowledged in the last 10 s',
  ],
  [
    'the end was looked at much later',
    ({ ledger, atMs }) => ({ ledger: { ...ledger, lastMs: atMs - 90_000, endMs: atMs - 90_000 } }),
    'no commit was acknowledged in the last 10 s',
  ],
])('is unknown where %s', (_, change, summary) => {
  expect(judged(change)).toMatchObject({ verdict: 'unknown', summary })
})

test('is unknown without evidence', () => expect(commitsKept.judge(emptyRun).verdict).toBe('unknown'))
