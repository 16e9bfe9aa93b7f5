import { expect, test } from 'vitest'
import { noEviction } from '../checks/no-eviction/check.ts'
import { noDowntime } from '../checks/no-downtime/check.ts'
import type { Scenario } from '../model/scenario.ts'
import { probingEndMs } from './probing-end.ts'

const durations = { baselineMs: 10, evictionWindowMs: 90, watchMs: 20 }
const checkedBy = (...checks: Scenario['checks']) => ({ checks }) as Scenario

test.each([
  { title: 'a while is watched', scenario: checkedBy(noDowntime), recovered: true, enoughAtMs: 0, endMs: 1020 },
  {
    title: 'late evictions are waited for',
    scenario: checkedBy(noEviction),
    recovered: true,
    enoughAtMs: 0,
    endMs: 1090,
  },
  {
    title: 'nobody is evicted late without a repair',
    scenario: checkedBy(noEviction),
    recovered: false,
    enoughAtMs: 0,
    endMs: 1020,
  },
  {
    title: 'a short repair is probed longer',
    scenario: checkedBy(noDowntime),
    recovered: true,
    enoughAtMs: 1300,
    endMs: 1300,
  },
])('$title', ({ scenario, recovered, enoughAtMs, endMs }) => {
  expect(probingEndMs({ durations, scenario, recovered, nowMs: 1000, enoughAtMs })).toBe(endMs)
})
