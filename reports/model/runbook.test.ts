import { expect, test } from 'vitest'
import type { Verdict } from '../../harness/model/run-record.ts'
import { runbookOf } from './runbook.ts'

const action = (node: string, what: string, reason = 'missing') => ({ node, action: what, reason })
const span = (id: string, fromMs: number, toMs: number | null, status: 'done' | 'failed' | 'skipped' = 'done') => ({
  ...{ id, title: id, fromMs, toMs, status },
})

const plan = [
  {
    id: 'one',
    title: 'one',
    actions: [action('m1', 'a'), action('m1', 'b'), action('m2', 'a'), action('m2', 'b'), action('w1', 'c')],
  },
  { id: 'two', title: 'two', actions: [] },
  { id: 'three', title: 'three', actions: [action('cluster', 'd', 'why')] },
]

const judged = { expects: 'pass' as const, findings: [] }

test('steps with their times and what was planned for them; machines alike share a line', () => {
  const rows = runbookOf({ ...judged, plan, steps: [span('one', 5000, 7500), span('two', 7500, 7500, 'skipped')] })
  expect(rows).toEqual([
    {
      id: 'one',
      title: 'one',
      status: 'done',
      fromMs: 0,
      tookMs: 2500,
      actions: ['m1, m2: a, b (missing)', 'w1: c (missing)'],
    },
    { id: 'two', title: 'two', status: 'skipped', fromMs: 2500, tookMs: 0, actions: ['nothing to do'] },
    { id: 'three', title: 'three', status: 'planned', fromMs: null, tookMs: null, actions: ['cluster: d (why)'] },
  ])
})

test('the step that refuses as expected is no failure', () => {
  const record = (verdict: Verdict) => ({
    ...{ plan: [], steps: [span('preflight', 0, 5, 'failed')], expects: { refused: 'etcd-data-missing' } },
    findings: [{ id: 'refused-changes-nothing', title: '', verdict, summary: '', details: [] }],
  })
  const statusOf = (verdict: Verdict) => runbookOf(record(verdict)).map(({ status }) => status)
  expect([statusOf('pass'), statusOf('fail'), statusOf('unknown')]).toEqual([['refused'], ['failed'], ['failed']])
})

test('a restarted repair shows its plan once', () => {
  const rows = runbookOf({ ...judged, plan, steps: [span('one', 0, 5, 'failed'), span('one', 9, 12)] })
  expect(rows.map(({ id, status, actions }) => [id, status, actions.length])).toEqual([
    ['one', 'failed', 2],
    ['one', 'done', 0],
    ['two', 'planned', 1],
    ['three', 'planned', 1],
  ])
})

test('nothing was planned or done', () => expect(runbookOf({ ...judged, plan: [], steps: [] })).toEqual([]))

test('what begins with the same word says it once', () => {
  const actions = [action('m1', 'restore ca.crt'), action('m1', 'restore ca.key')]
  expect(runbookOf({ ...judged, plan: [{ id: 'one', title: 'one', actions }], steps: [] })[0]?.actions).toEqual([
    'm1: restore ca.crt, ca.key (missing)',
  ])
})
