import { expect, test } from 'vitest'
import type { PodIdentity } from '../observe/pod-snapshot.ts'
import { lostPods } from './lost-pods.ts'
import { reachedAfter } from './benchmark/timed-repair.ts'

const pod = (name: string, changes: Partial<PodIdentity> = {}): PodIdentity => ({
  ...{ namespace: 'a', name, uid: name, node: 'w', ip: null, phase: 'Running', ready: true, deleting: false },
  ...{
    mirror: false,
    readsOnce: false,
    stopsWithoutLease: false,
    tokenVolumes: [],
    evictedAfterSeconds: null,
    containers: [],
    ...changes,
  },
})

test('a pod is lost when its UID is gone or going, whatever bears its name now', () => {
  const before = [pod('same'), pod('replaced'), pod('going'), pod('gone'), pod('static', { mirror: true })]
  const after = [pod('same'), pod('replaced', { uid: 'another' }), pod('going', { deleting: true }), pod('new')]
  expect(lostPods(before, after)).toEqual(['a/replaced', 'a/going', 'a/gone'])
})

test('milestones are those after the start of this repair, the first time each', () => {
  const reached = (seq: number, atMs: number, milestone: string) => ({
    ...{ seq, atMs, type: 'milestone.reached', milestone },
  })
  const events = [
    reached(0, 100, 'recovery-started'),
    reached(1, 900, 'recovered'),
    reached(2, 5000, 'recovery-started'),
    reached(3, 6000, 'api-ready'),
    reached(4, 9000, 'api-ready'),
  ]
  expect(reachedAfter(events, 2)).toEqual([{ id: 'api-ready', title: 'api-ready', atMs: 1000 }])
  expect(reachedAfter(events, 0)[0]).toMatchObject({ id: 'recovered', atMs: 800 })
})
