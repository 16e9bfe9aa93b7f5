import { expect, test } from 'vitest'
import type { PodIdentity } from '../../observe/pod-snapshot.ts'
import { killCasesOf, type KillCase, type KillMatrixResult } from './matrix-result.ts'
import { killMatrixTable } from './matrix-table.ts'
import { restarted, secondMsIn } from './run-case.ts'

const killCase = (changes: Partial<KillCase> = {}): KillCase => ({
  crashPoint: { when: 'after', step: 'start-etcd', command: 1 },
  outcome: 'converged',
  failures: [],
  secondMs: 31_240,
  kept: ['ca.crt', 'sa.pub'],
  orphans: ['wait for port 2379'],
  podsLost: [],
  podsRestarted: 3,
  failedProbes: 0,
  fromMs: 0,
  toMs: 1,
  cluster: 1,
  ...changes,
})
const tableOf = (...cases: readonly KillCase[]) => {
  const result: KillMatrixResult = {
    startedAt: '',
    topology: { controlPlanes: 2, workers: 1 },
    planned: 4,
    environment: {},
    cases,
  }
  return killMatrixTable(result)
}

test('after and in the middle of every step', () => {
  expect(killCasesOf(['a', 'b'], ['after', 'in']).map(({ when, step }) => `${when} ${step}`)).toEqual([
    'after a',
    'in a',
    'after b',
    'in b',
  ])
})

test('one row a kill, with its figures', () => {
  expect(tableOf(killCase())).toContain('| after start-etcd | yes | 31.2 | ca.crt, sa.pub | 1 | 0 | 3 | 0 |')
  expect(tableOf(killCase())).toContain('1 of 4 kills')
})

test('a failure shows in its row and is explained below; what is unknown is no number', () => {
  const failed = killCase({
    ...{ outcome: 'failed', failures: ['m1: pki/ca.crt has another ca.crt'], secondMs: null, kept: [] },
    ...{ podsLost: null, podsRestarted: null, failedProbes: null },
  })
  const table = tableOf(killCase({ outcome: 'not-reached' }), failed)
  expect(table).toContain('| **NO** | – | none yet | 1 | – | – | – |')
  expect(table).toContain('nothing to do there')
  expect(table).toContain('- after start-etcd: m1: pki/ca.crt has another ca.crt')
})

test('the seconds count from the last start of the repair', () => {
  const reached = (seq: number, atMs: number, milestone: string) => ({
    ...{ seq, atMs, type: 'milestone.reached', milestone },
  })
  expect(
    secondMsIn([
      reached(0, 100, 'recovery-started'),
      reached(1, 5000, 'recovery-started'),
      reached(2, 36_000, 'recovered'),
    ]),
  ).toBe(31_000)
  expect(secondMsIn([reached(0, 100, 'recovery-started')])).toBeNull()
})

test('pods are restarted when a container of the same pod was started again', () => {
  const pod = (uid: string, restartCount: number, mirror = false): PodIdentity => ({
    ...{ namespace: 'a', name: uid, uid, node: 'w', ip: null, phase: 'Running', ready: true, deleting: false, mirror },
    ...{ readsOnce: false, stopsWithoutLease: false, tokenVolumes: [], evictedAfterSeconds: null },
    containers: [{ name: 'c', id: null, startedAt: null, restartCount, ready: true }],
  })
  const before = [pod('same', 1), pod('again', 1), pod('static', 1, true)]
  expect(restarted(before, [pod('same', 1), pod('again', 2), pod('static', 9, true), pod('new', 5)])).toBe(1)
})
