import { expect, test } from 'vitest'
import { recoverExitCode } from './recover-cluster.ts'

const started = (...steps: string[]) => steps.map((step) => ({ type: 'step.started', step }))

test.each([
  ['a refusal in the preflight', 'etcd-data-missing', started('preflight'), 5],
  ['a refusal before any machine was asked', 'precondition', [], 5],
  ['a refusal after a step had begun to write', 'precondition', started('preflight', 'stage-configuration'), 1],
  ['a failure', undefined, started('preflight'), 1],
])('%s: %i', (_, refused, events, code) => {
  expect(recoverExitCode(refused, events)).toBe(code)
})
