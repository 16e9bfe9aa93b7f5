import { expect, it } from 'vitest'
import { holdingStep, nextFor } from './next-steps.ts'
import type { RecoveryEvent } from './recovery-event.ts'
import { resultOf } from './result-of.ts'

it.each([
  ['it failed while kubelets were silent and controllers held', [holdingStep], [], true],
  ['it failed before controllers were started', ['start-etcd'], [], false],
  ['every Node was back', [holdingStep], ['nodes-ready'], false],
])('evictions are near where %s', (_, steps, milestones, expected) => {
  const events: RecoveryEvent[] = [
    ...steps.map((step) => ({ type: 'step.finished', step, title: '' }) as const),
    ...milestones.map((milestone) => ({ type: 'milestone.reached', milestone, title: '' }) as const),
  ]
  const next = nextFor('failed', events, [])
  expect(next.some((line) => line.includes('evicted'))).toBe(expected)
})

it.each([
  ['timed out after 120 s waiting until etcd answers on m1', true],
  ['kubeadm exited with 1 on m1', false],
])('where a step failed because %s, more time is an answer: %s', (message, expected) => {
  const next = nextFor('failed', [{ type: 'step.failed', step: 'check-etcd', title: '', message }], [])
  expect(next.some((line) => line.includes('--timeout-factor'))).toBe(expected)
})

const nextOf = (...events: readonly RecoveryEvent[]) => resultOf(events, { kind: 'recovered' }).next

it('a machine that was left is to be repaired when it is back', () => {
  const left: RecoveryEvent = { type: 'node.left', node: 'w2', reason: 'its Node is not Ready' }
  expect(nextOf(left)).toEqual([expect.stringMatching(/^Run the repair again .*: w2\./)])
  expect(nextOf(left, { type: 'node.back', node: 'w2' })).toEqual([])
})

it('a retired key is to be dropped next', () => {
  expect(nextOf({ type: 'sa-key.retired', keyId: '0123456789' })).toEqual([expect.stringContaining('--finish')])
})
