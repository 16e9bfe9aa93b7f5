import { expect, test } from 'vitest'
import { emptyResult } from '../testing/recovery-results.ts'
import { recoverExitCode } from './recover-cluster.ts'

const ended = (outcome: string) => ({ type: 'recovery.ended', result: { ...emptyResult, outcome } })

test.each([
  ['recovered', 0],
  ['nothing-to-do', 0],
  ['degraded', 2],
  ['refused', 5],
  ['failed', 1],
])('%s: %i', (outcome, code) => {
  expect(recoverExitCode([{ type: 'recovery.failed' }, ended(outcome)])).toBe(code)
})

test('a repair that did not live to say what it came to has failed', () => {
  expect(recoverExitCode([{ type: 'step.started', step: 'preflight' }])).toBe(1)
})

test('the last word counts', () => {
  expect(recoverExitCode([ended('failed'), ended('recovered')])).toBe(0)
})
