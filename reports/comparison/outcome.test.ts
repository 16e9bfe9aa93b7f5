import { expect, test } from 'vitest'
import { fakeRun, type FakeRunKind } from '../../harness/testing/fake-run.ts'
import type { RunRecord } from '../../harness/model/run-record.ts'
import { outcomeOf } from './outcome.ts'

const verdict = (kind: FakeRunKind, change: Partial<RunRecord> = {}) =>
  outcomeOf({ ...fakeRun(kind, { samples: 10 }).record, ...change }).verdict

test('a run ends as its scenario is made to end, or not', () => {
  expect(verdict('pass')).toBe('pass')
  expect(verdict('outage')).toBe('fail')
  expect(verdict('unknown')).toBe('unknown')
  expect(verdict('refused')).toBe('pass')
  expect(verdict('aborted')).toBe('unknown')
})

test('a run that must fail passes when it does, and fails when it passes', () => {
  expect(verdict('outage', { expects: 'fail' })).toBe('pass')
  expect(verdict('pass', { expects: 'fail' })).toBe('fail')
  expect(verdict('unknown', { expects: 'fail' })).toBe('unknown')
  expect(outcomeOf({ ...fakeRun('outage', { samples: 10 }).record, expects: 'fail' }).summary).toMatch(
    /^fail, as expected: lost-pki: recovered/,
  )
})

test('a verdict of what was seen until an early end is no success', () => {
  expect(verdict('pass', { exitCode: 3 })).toBe('unknown')
  expect(verdict('outage', { exitCode: 130, expects: 'fail' })).toBe('fail')
  expect(verdict('pass', { verdict: null, exitCode: 0 })).toBe('unknown')
})
