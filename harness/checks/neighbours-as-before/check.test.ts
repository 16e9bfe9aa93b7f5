import { expect, test } from 'vitest'
import type { Neighbours } from './collect.ts'
import { expectNotReady } from '../../model/expected-not-ready.ts'
import { emptyResult } from '../../testing/recovery-results.ts'
import { emptyRun, goodRun } from '../../testing/run-fixture.ts'
import { neighboursAsBefore } from './check.ts'

const check = neighboursAsBefore([])
const one = { title: 'the proxy runs', node: 'cp1', output: 'yes', problem: null, named: null }
type Seen = Neighbours['seen'][number]

/** A run in which this was seen before and after. */
function run(before: Partial<Seen>, after: Partial<Seen>, plan: typeof goodRun.record.plan = []) {
  const snapshot = (change: Partial<Seen>) => ({
    atMs: 1,
    takenAt: '2026-11-24T02:00:00.000Z',
    seen: [{ ...one, ...change }],
  })
  const evidence = { 'neighbours-baseline': snapshot(before), 'neighbours-settled': snapshot(after) }
  return { ...goodRun, record: { ...goodRun.record, plan }, evidence }
}

test('passes where the same is seen again', () => {
  expect(check.judge(run({}, {}))).toMatchObject({ verdict: 'pass', summary: '1 observation of neighbours as before' })
})

test.each<[string, Partial<Seen>, string]>([
  ['something else', { output: 'no' }, 'cp1: the proxy runs: was "yes", is "no"'],
  ['nothing', { output: '' }, 'cp1: the proxy runs: was "yes", is ""'],
  ['a failure', { output: null, problem: 'refused' }, 'cp1: the proxy runs: not seen any more (refused)'],
  ['another machine', { node: 'cp2' }, 'cp1: the proxy runs: not seen any more (not asked)'],
])('fails where %s is seen afterwards', (_, after, summary) => {
  expect(check.judge(run({}, after))).toMatchObject({ verdict: 'fail', summary })
})

test('what may be lost must be named in the plan', () => {
  const [before, after] = [{ named: 'kube-system/proxy' }, { output: 'no', named: 'kube-system/proxy' }]
  const actions = [
    { node: 'cp1', action: 'leave the lost static pod kube-system/proxy', reason: 'its manifest is gone' },
  ]
  const plan = [{ id: 'stage-configuration', title: 'Stage', actions }]
  expect(check.judge(run(before, after)).verdict).toBe('fail')
  expect(check.judge(run(before, after, plan))).toMatchObject({
    verdict: 'pass',
    summary: '0 observations of neighbours as before, 1 lost as the plan said',
  })
  expect(check.judge(run({}, { output: 'no' }, plan)).verdict).toBe('fail')
})

test('a Node that is not Ready on purpose is named in plan and result', () => {
  const events = [{ seq: 0, atMs: 0, ...expectNotReady(['worker']) }]
  const actions = [{ node: 'worker', action: 'go on even if its Node is not Ready', reason: 'since yesterday' }]
  const plan = [{ id: 'await-kubelets', title: 'Wait', actions }]
  const left = [{ kind: 'machine' as const, name: 'worker', reason: 'not Ready since yesterday' }]
  const result = { ...emptyResult, outcome: 'degraded' as const, left }
  const named = run({}, {}, plan)
  const judged = (record: Partial<typeof named.record>) =>
    check.judge({ ...named, events, record: { ...named.record, ...record } })
  expect(judged({ result })).toMatchObject({ verdict: 'pass' })
  expect(judged({ result, plan: [] }).summary).toBe('the plan does not say that the Node of worker is not Ready')
  expect(judged({ result: { ...result, left: [] } }).summary).toBe('the result does not name worker as not Ready')
  expect(judged({ result: { ...result, outcome: 'recovered' } }).verdict).toBe('fail')
  expect(judged({}).verdict).toBe('fail')
})

test.each<[string, ReturnType<typeof run> | typeof emptyRun]>([
  ['nothing is known', emptyRun],
  ['a script failed before', run({ output: null, problem: 'no such command' }, {})],
  ['a script printed nothing before', run({ output: '' }, { output: '' })],
])('is unknown where %s', (_, seen) => {
  expect(check.judge(seen).verdict).toBe('unknown')
})
