import { expect, test } from 'vitest'
import { goodEvidence } from '../../harness/testing/good-evidence.ts'
import { commitRows } from './commit-rows.ts'

const plain = (value: unknown) => JSON.parse(JSON.stringify(value).replaceAll('\u00A0', ' ')) as unknown

test('what was acknowledged and what is there, each session, and what was in doubt', () => {
  const { atMs } = goodEvidence['commits-settled']
  expect(plain(commitRows(goodEvidence, atMs - 100_000))).toEqual({
    ledger: [
      ['acknowledged commits', '9'],
      ['acknowledged deletes', '1'],
      ['gone before their delete', '0'],
      ['not acknowledged', '1'],
      ['in the primary at the end', '9'],
      ['in the standby at the end', '9'],
      ['longest time between two acknowledged commits', '5.40 s'],
      ['it began, since injection', '39.9 s'],
    ],
    unacknowledged: [['write of 7', '40.0 s', 'no answer within 5 s', 'there']],
    sessions: [
      ['−50.0 s', '45.0 s', '7', 'no answer within 5 s'],
      ['46.0 s', '1 min 40 s', '3', 'closed by the writer'],
    ],
  })
})

test('without a database there is none', () => expect(commitRows({}, 0)).toBeUndefined())
