import { expect, test } from 'vitest'
import { ownSchedulingClass, schedulingClassOf } from './scheduling-class.ts'

const statWith = (nice: number, priority: number, policy: number) =>
  `7 (a) b) R ${Array.from({ length: 38 }, (_, n) => ({ 15: nice, 36: priority, 37: policy })[n] ?? 0).join(' ')}`

test('real-time classes tell their priority, the others how nice they are', () => {
  expect(schedulingClassOf(statWith(0, 10, 2))).toBe('SCHED_RR 10')
  expect(schedulingClassOf(statWith(-20, 0, 0))).toBe('SCHED_OTHER nice -20')
  expect(schedulingClassOf('')).toMatch(/^unknown/)
})

test('this process has one', () => {
  expect(ownSchedulingClass()).toMatch(/^SCHED_/)
})
