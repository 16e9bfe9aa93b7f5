import { expect, test } from 'vitest'
import { clusterState } from '../../testing/good-state.ts'
import { goodEvents, goodRun } from '../../testing/run-fixture.ts'
import { refusedChangesNothing } from './check.ts'

const check = refusedChangesNothing('etcd-data-missing')
const state = clusterState('unrepaired')
const failed = (refused?: string) => ({
  ...{ seq: 9, atMs: 99_000, type: 'recovery.failed', chain: ['etcd has no data'] },
  ...(refused === undefined ? {} : { refused }),
})
const judged = (events: readonly object[], after: object = state, before: object = state) =>
  check.judge({
    ...goodRun,
    events: [...goodEvents, ...(events as typeof goodEvents)],
    evidence: { 'state-unrepaired': before, 'state-settled': after },
  })

test('passes where the expected reason is named and nothing changed', () => {
  expect(judged([failed('etcd-data-missing')])).toMatchObject({
    verdict: 'pass',
    summary:
      'the repair refused (etcd-data-missing), and no file changed on 3 machines, no container and none of 2 objects',
  })
})

test('passes without an API, where only machines can be looked at', () => {
  const down = { ...state, objects: null }
  expect(judged([failed('etcd-data-missing')], down, down)).toMatchObject({
    verdict: 'pass',
    summary: 'the repair refused (etcd-data-missing), and no file changed on 3 machines',
  })
})

test.each([
  ['nothing was refused', [], 'the repair did not refuse'],
  [
    'another reason',
    [failed('unreachable')],
    'the repair refused for another reason (unreachable) than etcd-data-missing',
  ],
  ['a repair that broke', [failed()], 'the repair failed, and did not refuse: etcd has no data'],
])('fails for %s', (_, events, summary) => {
  expect(judged(events)).toMatchObject({ verdict: 'fail', summary })
})

test('fails where something changed', () => {
  const [first, ...others] = state.machines
  const machines = [{ ...first, kubelet: '72 9' }, ...others]
  expect(judged([failed('etcd-data-missing')], { ...state, machines })).toMatchObject({
    verdict: 'fail',
    summary: 'control-plane: kubelet was restarted',
  })
})

test('is unknown without a proof, without evidence, or with a machine that was not seen', () => {
  const unproved = { ...goodRun, events: [failed('etcd-data-missing')], evidence: {} }
  expect(check.judge(unproved).verdict).toBe('unknown')
  const seen = { ...state, machines: state.machines.slice(1) }
  expect(judged([failed('etcd-data-missing')], seen, seen)).toMatchObject({
    verdict: 'unknown',
    summary: '2 of 3 machines seen before and after',
  })
})

test('where the cluster goes on to change by itself, what counts is the moment in which the repair has ended', () => {
  const [first, ...others] = state.machines
  const later = { ...state, machines: [{ ...first, kubelet: '72 9' }, ...others] }
  const judgedAt = (atEnd: object) =>
    refusedChangesNothing('etcd-data-missing', 'recovered').judge({
      ...goodRun,
      events: [...goodEvents, failed('etcd-data-missing')] as typeof goodEvents,
      evidence: { 'state-unrepaired': state, 'state-recovered': atEnd, 'state-settled': later },
    })
  expect(judgedAt(state).verdict).toBe('pass')
  expect(judgedAt(later).verdict).toBe('fail')
})
