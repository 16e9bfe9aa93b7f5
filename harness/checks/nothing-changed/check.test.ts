import { expect, test } from 'vitest'
import type { JournalEvent } from '../../model/journal.ts'
import { clusterState } from '../../testing/good-state.ts'
import { goodEvidence } from '../../testing/good-evidence.ts'
import { untouchedRun } from '../../testing/run-fixture.ts'
import { nothingChanged } from './check.ts'

const check = nothingChanged(10_000)
const judged = (events: readonly Partial<JournalEvent>[]) =>
  check.judge({ ...untouchedRun, events: events as readonly JournalEvent[] })
const start = { seq: 0, atMs: 96_000, type: 'milestone.reached', milestone: 'recovery-started' }
const end = (atMs: number) => ({ seq: 9, atMs, type: 'recovery.not-needed' })

test('says how long it took and what was looked at', () => {
  expect(check.judge(untouchedRun)).toMatchObject({
    verdict: 'pass',
    summary: 'nothing to do, said after 3.0 s; 6 files on 3 machines, their containers and 2 objects are untouched',
  })
})

test.each([
  [
    'a repair that did something',
    [start, { seq: 1, atMs: 97_000, type: 'step.started', step: 'start-etcd' }],
    'the repair did not find that there is nothing to do; it ran start-etcd',
  ],
  [
    'a repair that failed',
    [start, { seq: 1, atMs: 97_000, type: 'recovery.failed', chain: ['no etcd'] }],
    'the repair did not find that there is nothing to do; it failed: no etcd',
  ],
  ['one that took too long', [start, end(107_000)], /^nothing to do after 11 s, allowed are 10 s/],
  [
    'one that ran a step before it said so',
    [start, { seq: 1, atMs: 97_000, type: 'step.started', step: 'stage-configuration' }, end(98_000)],
    'the repair ran the step stage-configuration',
  ],
])('fails for %s', (_, events, summary) => {
  expect(judged(events)).toMatchObject({ verdict: 'fail', summary: expect.stringMatching(summary) as string })
})

test('fails for a file that was written, whatever the repair said', () => {
  const after = clusterState('settled')
  const [first, ...others] = after.machines
  const machines = [{ ...first, kubelet: 'another' }, ...others]
  const evidence = { ...goodEvidence, 'state-settled': { ...after, machines } }
  expect(check.judge({ ...untouchedRun, evidence })).toMatchObject({
    verdict: 'fail',
    summary: 'control-plane: kubelet was restarted',
  })
})

test('is unknown where nothing was repaired, an edit is not proved, or the API was silent', () => {
  expect(judged([]).verdict).toBe('unknown')
  const edited = { ...untouchedRun.record, losses: [{ id: 'edits', title: 'edits' }] }
  expect(check.judge({ ...untouchedRun, record: edited }).verdict).toBe('unknown')
  const silent = { ...clusterState('unrepaired'), objects: null }
  const evidence = { ...goodEvidence, 'state-unrepaired': silent }
  expect(check.judge({ ...untouchedRun, evidence }).verdict).toBe('unknown')
})
