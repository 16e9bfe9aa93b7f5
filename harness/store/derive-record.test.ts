import { describe, expect, test } from 'vitest'
import { resultOf } from '../../lib/engine/result-of.ts'
import type { RecoveryResult } from '../../lib/index.ts'
import { deriveRecord, versionsSeen } from './derive-record.ts'
import type { JournalEvent } from '../model/journal.ts'
import { recoveryResultSchema } from '../model/recovery-result.ts'
import { worstOf } from '../model/run-record.ts'
import { emptyResult } from '../testing/recovery-results.ts'

const journal = (
  ...events: (readonly [atMs: number, type: string, data?: Record<string, unknown>])[]
): JournalEvent[] => events.map(([atMs, type, data], seq) => ({ seq, atMs, type, ...data }))

test('milestones count from the injection, and the first time counts', () => {
  const { injectedAtMs, milestones } = deriveRecord(
    journal(
      [1000, 'fault.injected'],
      [1500, 'milestone.reached', { milestone: 'detected', title: 'Loss detected' }],
      [3000, 'milestone.reached', { milestone: 'api-ready' }],
      [9000, 'milestone.reached', { milestone: 'api-ready' }],
      [9500, 'milestone.reached', { milestone: 'of-a-recovery', title: 'Of a recovery that nobody here knows' }],
    ),
  )
  expect(injectedAtMs).toBe(1000)
  expect(milestones).toEqual([
    { id: 'detected', title: 'Loss detected', atMs: 500 },
    { id: 'api-ready', title: 'api-ready', atMs: 2000 },
    { id: 'of-a-recovery', title: 'Of a recovery that nobody here knows', atMs: 8500 },
  ])
})

test('of a repair that was killed only what its second run reached counts, and what came before it', () => {
  const { milestones } = deriveRecord(
    journal(
      [1000, 'fault.injected'],
      [1500, 'milestone.reached', { milestone: 'detected' }],
      [2000, 'milestone.reached', { milestone: 'recovery-started' }],
      [3000, 'milestone.reached', { milestone: 'api-ready' }],
      [3500, 'recovery.killed'],
      [4000, 'milestone.reached', { milestone: 'recovery-started' }],
    ),
  )
  expect(milestones.map(({ id, atMs }) => [id, atMs])).toEqual([
    ['detected', 500],
    ['recovery-started', 3000],
  ])
})

test('milestones without a loss are none', () => {
  expect(deriveRecord(journal([1500, 'milestone.reached', { milestone: 'detected' }])).milestones).toEqual([])
})

test('spans: done, failed before they began, unfinished, skipped, and run twice', () => {
  const step = (id: string) => ({ step: id, title: id })
  const { steps } = deriveRecord(
    journal(
      [1, 'step.started', step('a')],
      [2, 'step.finished', step('a')],
      [3, 'step.skipped', step('b')],
      [4, 'step.failed', step('c')],
      [5, 'step.started', step('a')],
      [6, 'step.failed', step('a')],
      [7, 'step.started', step('d')],
    ),
  )
  expect(steps.map(({ id, fromMs, toMs, status }) => [id, fromMs, toMs, status])).toEqual([
    ['a', 1, 2, 'done'],
    ['b', 3, 3, 'skipped'],
    ['c', 4, 4, 'failed'],
    ['a', 5, 6, 'failed'],
    ['d', 7, null, 'running'],
  ])
})

test('inputs, files backed up and versions come from the journal', () => {
  const events = journal(
    [1, 'input.used', { node: 'operator', path: 'kubeadm.yaml' }],
    [2, 'file.backed-up', { node: 'm1', path: '/x' }],
    [2, 'input.used', { node: 'operator', path: 'kubeadm.yaml' }],
    [3, 'versions.seen', { kubernetes: 'v1.36.4' }],
  )
  expect(deriveRecord(events)).toMatchObject({
    inputs: [{ node: 'operator', path: 'kubeadm.yaml' }],
    backups: [{ node: 'm1', path: '/x' }],
  })
  expect(versionsSeen(events)).toEqual({ kubernetes: 'v1.36.4' })
})

describe('the result of the repair', () => {
  const ended = (atMs: number, outcome: string) =>
    [atMs, 'recovery.ended', { result: { ...emptyResult, outcome } }] as const

  test('is what it said at its end', () => {
    expect(deriveRecord(journal(ended(1, 'degraded'))).result).toEqual({ ...emptyResult, outcome: 'degraded' })
  })

  test('of a repair that was killed is that of the second', () => {
    const killed = [2, 'recovery.killed'] as const
    expect(deriveRecord(journal(ended(1, 'failed'), killed)).result).toBeUndefined()
    expect(deriveRecord(journal(killed, ended(3, 'recovered'))).result?.outcome).toBe('recovered')
  })

  test('of a repair that was killed for good is what its events tell: what it holds, and until when', () => {
    const started = (atMs: number, step: string) => [atMs, 'step.started', { step, title: step }] as const
    const events = journal(
      started(1, 'preflight'),
      started(2, 'hold-leader-election'),
      [3, 'hold.taken', { what: 'the leases', until: 'within 60 s' }],
      [4, 'hold.taken', { what: 'the log level', until: 'within 10 minutes' }],
      [5, 'hold.released', { what: 'the log level' }],
    )
    // It still runs.
    expect(deriveRecord(events)).not.toHaveProperty('result')
    for (const type of ['recovery.killed', 'recovery.failed']) {
      const { result } = deriveRecord([...events, { seq: 6, atMs: 6, type }])
      expect(result).toMatchObject({ outcome: 'failed', held: [{ what: 'the leases', until: 'within 60 s' }] })
    }
    const again = [...events, ...journal([6, 'recovery.killed'], started(7, 'preflight'))]
    expect(deriveRecord(again)).not.toHaveProperty('result')
    expect(deriveRecord([...again, ...journal(ended(8, 'recovered'))]).result?.outcome).toBe('recovered')
  })

  test('is absent where nothing was said, and in records of before', () => {
    expect(deriveRecord([])).not.toHaveProperty('result')
    expect(deriveRecord(journal(ended(1, 'unheard of')))).not.toHaveProperty('result')
  })

  test('is of the shape that the library gives', () => {
    const result: RecoveryResult = resultOf([], { kind: 'error', error: new Error('x'), began: true })
    expect(recoveryResultSchema.parse(result)).toEqual(result)
  })
})

test('the worst verdict wins, and none is unknown', () => {
  expect(worstOf(['pass', 'unknown', 'fail'])).toBe('fail')
  expect(worstOf(['pass', 'unknown'])).toBe('unknown')
  expect(worstOf(['pass'])).toBe('pass')
  expect(worstOf([])).toBe('unknown')
})
