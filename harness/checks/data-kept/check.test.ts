import { expect, test } from 'vitest'
import { goodRecord, goodRun, withEvidence } from '../../testing/run-fixture.ts'
import { dataKept } from './check.ts'
import type { DataAfter } from './evidence.ts'

const judged = (change: (good: DataAfter) => Partial<DataAfter>) =>
  dataKept.judge(withEvidence('data-settled', (good) => ({ ...good, ...change(good) })))

test('says how much was acknowledged and kept', () => {
  expect(dataKept.judge(goodRun)).toMatchObject({
    verdict: 'pass',
    summary:
      '2 acknowledged writes and 1 acknowledged delete through the API are kept; 1 member of etcd with the same data at revision 1200',
    details: ['1 request not acknowledged, 0 of which were carried out', 'control-plane: hash 77 at revision 1200'],
  })
})

test('what was not acknowledged may be there or not', () => {
  expect(judged(({ present }) => ({ present: [...present, 'entry-000003'] })).verdict).toBe('pass')
})

test.each<[string, (good: DataAfter) => Partial<DataAfter>]>([
  ['1 acknowledged write lost: entry-000001', () => ({ present: ['entry-000004'] })],
  ['1 acknowledged delete undone: entry-000002', ({ present }) => ({ present: [...present, 'entry-000002'] })],
  [
    'with another content than was written: entry-000001',
    () => ({ present: ['entry-000004'], changed: ['entry-000001'] }),
  ],
  ['never written: entry-000009', ({ present }) => ({ present: [...present, 'entry-000009'] })],
  [
    'control-plane: etcd went back to revision 700, from 800',
    ({ members }) => ({ members: members.map((member) => ({ ...member, revision: 700 })) }),
  ],
])('fails: %s', (summary, change) => {
  expect(judged(change)).toMatchObject({ verdict: 'fail', summary })
})

const threeMembers = (change: Partial<DataAfter['members'][number]>, count = 3) => {
  const run = withEvidence('data-settled', (good) => {
    const [member] = good.members
    const all = ['m1', 'm2', 'm3'].slice(0, count).map((node) => ({ ...member, node }))
    return { ...good, members: all.map((each, at) => (at === 1 ? { ...each, ...change } : each)) }
  })
  return dataKept.judge({ ...run, record: { ...goodRecord, topology: { controlPlanes: 3, workers: 2 } } })
}

test('fails where members have other data at the same revision', () => {
  expect(threeMembers({}).verdict).toBe('pass')
  expect(threeMembers({ hash: 78 })).toMatchObject({
    verdict: 'fail',
    summary: 'the etcd of m2 has other data than that of m1 at revision 1200',
  })
})

test('is unknown where members cannot be compared, or one did not answer', () => {
  expect(threeMembers({ hash: 78, compacted: 3 })).toMatchObject({
    verdict: 'unknown',
    summary: 'the etcd of m2 could not be compared',
  })
  expect(threeMembers({}, 2)).toMatchObject({ verdict: 'unknown', summary: '2 of 3 members of etcd told its hash' })
})

test('is unknown where nothing was acknowledged, or not to the end', () => {
  const never = judged(({ ledger }) => ({
    ledger: ledger.map((entry) => ({ ...entry, acknowledged: false, problem: 'ECONNREFUSED' })),
    present: [],
  }))
  expect(never).toMatchObject({
    verdict: 'unknown',
    summary: expect.stringContaining('no write of the ledger') as string,
  })
  const stopped = judged(({ ledger }) => ({ ledger: ledger.slice(0, -1), present: ['entry-000001'] }))
  expect(stopped).toMatchObject({ verdict: 'unknown', summary: 'the API acknowledged no write in the last 10 s' })
})
