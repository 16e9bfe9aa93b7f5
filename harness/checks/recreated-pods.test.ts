import { describe, expect, test } from 'vitest'
import type { PodSnapshot } from '../observe/pod-snapshot.ts'
import { goodRun, withEvidence } from '../testing/run-fixture.ts'
import { noEviction } from './no-eviction/check.ts'
import { recreatedPods } from './recreated-pods.ts'
import { workloadsUndisturbed } from './workloads-undisturbed/check.ts'

const once = 'api-client-once-a'
const recreate = (run: typeof goodRun) => ({
  ...run,
  record: { ...run.record, recovery: { id: 'library', options: { clients: 'recreate' } } },
})
/** The settled evidence with another pod in the place of one. */
const replaced = (name: string, ready = true) =>
  withEvidence('pods-settled', (good) => ({
    ...good,
    pods: good.pods.map((pod) =>
      pod.name === name ? { ...pod, uid: 'new', name: `${name.slice(0, -1)}new`, ready } : pod,
    ),
  }))
const found = (run: typeof goodRun) =>
  recreatedPods(run.record, run.evidence['pods-baseline'] as PodSnapshot, run.evidence['pods-settled'] as PodSnapshot)

test('the client that reads its credentials once may be another pod', () => {
  const run = recreate(replaced(once))
  expect(found(run)).toMatchObject({ uids: { size: 1 }, failures: [] })
  expect([workloadsUndisturbed.judge(run).verdict, noEviction.judge(run).verdict]).toEqual(['pass', 'pass'])
})

test('but somebody must take its place', () => {
  expect(workloadsUndisturbed.judge(recreate(replaced(once, false))).summary).toBe(
    `drill-workload/${once}: deleted, and no pod took its place`,
  )
})

describe('nobody else has that right', () => {
  test('another pod of the workload', () => {
    const run = recreate(replaced('echo-a'))
    expect([workloadsUndisturbed.judge(run).verdict, noEviction.judge(run).verdict]).toEqual(['fail', 'fail'])
  })

  test('a repair without that option, or one that replaced no credentials', () => {
    const run = replaced(once)
    expect(found(run).uids.size).toBe(0)
    const kept = recreate(run)
    expect(found({ ...kept, record: { ...kept.record, replaces: ['static-pods'] } }).uids.size).toBe(0)
  })
})
