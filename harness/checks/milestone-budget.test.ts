import { expect, test } from 'vitest'
import type { HostSpeed } from '../model/host-record.ts'
import { goodRecord } from '../testing/run-fixture.ts'
import { budgetedMilestones, sinceRepair } from './milestone-budget.ts'

const milestone = (id: string, atMs: number) => ({ id, title: `${id} reached`, atMs })
const milestones = [milestone('recovery-started', 5000), milestone('nodes-ready', 15_000)]
const reference: HostSpeed = { ...goodRecord.hostSpeed, baselineMs: null, recoveredMs: null, othersShare: null }

/** A budget of so many milliseconds for a milestone, on a host of this speed. */
function budgeted(id: string, ms: number, hostSpeed = reference, reached = milestones) {
  const given = { ...goodRecord.budgets.milestones['recovered'], ms }
  const budgets = { ...goodRecord.budgets, milestones: { [id]: given } }
  return budgetedMilestones({ ...goodRecord, milestones: reached, budgets, hostSpeed })[0]
}

test('counts from the start of the repair', () => {
  expect(sinceRepair(milestones, 'nodes-ready')).toBe(10_000)
  expect(sinceRepair(milestones, 'recovered')).toBeNull()
  expect(sinceRepair(milestones.slice(1), 'nodes-ready')).toBeNull()
})

test('within its budget, to the millisecond, says nothing', () => {
  expect(budgeted('nodes-ready', 10_000)).toEqual({
    ...{ id: 'nodes-ready', title: 'nodes-ready reached', tookMs: 10_000, budgetMs: 10_000, scaledMs: 10_000 },
    ...{ failures: [], unknowns: [] },
  })
})

test('later, it fails by its title and both figures', () => {
  expect(budgeted('nodes-ready', 9000)).toMatchObject({
    failures: ['nodes-ready reached after 10 s, allowed are 9.0 s'],
    unknowns: [],
  })
})

test('not reached, it is not late, and has its id for a title', () => {
  expect(budgeted('recovered', 1)).toMatchObject({ title: 'recovered', tookMs: null, failures: [], unknowns: [] })
  expect(budgeted('nodes-ready', 1, reference, milestones.slice(1))).toMatchObject({ tookMs: null, failures: [] })
})

test('on a slower host the budget grows, and the finding says to what and why', () => {
  const half = { ...reference, othersShare: 0.5 }
  expect(budgeted('nodes-ready', 5000, half)).toMatchObject({ scaledMs: 10_000, failures: [], unknowns: [] })
  expect(budgeted('nodes-ready', 4000, half)).toMatchObject({
    scaledMs: 8000,
    failures: [
      'nodes-ready reached after 10 s, allowed are 8.0 s on this host (cores not measured, 50.00 % of the processor time taken by others)',
    ],
    unknowns: [],
  })
})

test('on a host that is slower than a budget may grow nobody knows', () => {
  expect(budgeted('nodes-ready', 1000, { ...reference, othersShare: 0.8 })).toMatchObject({
    failures: [],
    unknowns: [
      'nodes-ready reached after 10 s, allowed are 3.0 s on this host (cores not measured, 80.00 % of the processor time taken by others), and the host was slower than a budget may grow',
    ],
  })
})
