import { expect, test } from 'vitest'
import { planChangesNothing } from './check.ts'
import { goodRun } from '../../testing/run-fixture.ts'

const planned = { seq: 0, atMs: 1, type: 'recovery.planned', steps: [] }
const judged = (listings: unknown, events: readonly (typeof planned)[] = [planned]) =>
  planChangesNothing.judge({ ...goodRun, events, evidence: { 'plan-file-manifests': listings } })

test('the same files before and after', () => {
  expect(judged({ before: { m1: 'a' }, after: { m1: 'a' } }).verdict).toBe('pass')
})

test('a file that changed, and a machine that is not there any more', () => {
  expect(judged({ before: { m1: 'a', w1: 'b' }, after: { m1: 'x' } })).toMatchObject({
    verdict: 'fail',
    details: [expect.stringContaining('m1'), expect.stringContaining('w1')],
  })
})

test.each([
  ['no machine', { before: {}, after: {} }, [planned]],
  ['no evidence', undefined, [planned]],
  ['no plan', { before: { m1: 'a' }, after: { m1: 'a' } }, []],
])('%s is unknown', (_, listings, events) => expect(judged(listings, events).verdict).toBe('unknown'))
