import { expect, test } from 'vitest'
import { faultProved } from './check.ts'
import { goodRun } from '../../testing/run-fixture.ts'

const judged = (data: Readonly<Record<string, unknown>>) =>
  faultProved.judge({ ...goodRun, events: [{ seq: 0, atMs: 1, type: 'fault.proved', ...data }] })

test('a confirmed fault passes with its proof', () => {
  expect(faultProved.judge(goodRun)).toMatchObject({
    verdict: 'pass',
    summary: 'all is gone',
    details: ['files gone', 'sandboxes gone'],
  })
})

test.each(['mismatch', 'inconclusive'])('a fault that was not detected is unknown: %s', (result) => {
  expect(judged({ result, summary: 'etcd still runs', details: [] })).toMatchObject({
    verdict: 'unknown',
    summary: 'etcd still runs',
  })
})

test('a malformed proof is unknown', () => {
  expect(judged({ result: 'yes' })).toMatchObject({
    verdict: 'unknown',
    summary: 'the proof in the journal is malformed',
  })
})
