import { expect, test } from 'vitest'
import { cpuBudget, milestoneBudgets } from './scenario.ts'

const stated = { longestGapMs: 250, failedProbes: 0, detectableOneIn: 500 }
const budgets = {
  ...stated,
  milestones: { recovered: { ms: 45_000, perControlPlaneMs: 5000, perWorkerMs: 3000 }, 'nodes-ready': { ms: 30_000 } },
  cpuSeconds: { seconds: 60, perControlPlane: 10, perWorker: 5 },
}

test.each([
  ['one control plane and one worker', { controlPlanes: 1, workers: 1 }, 45_000, 60],
  ['one control plane and two workers', { controlPlanes: 1, workers: 2 }, 45_000, 60],
  ['three and two', { controlPlanes: 3, workers: 2 }, 55_000, 80],
  ['one and nine', { controlPlanes: 1, workers: 9 }, 66_000, 95],
  ['three and four', { controlPlanes: 3, workers: 4 }, 61_000, 90],
])('budgets grow with the machines: %s', (_, topology, recoveredMs, cpuSeconds) => {
  expect(milestoneBudgets(budgets, topology)).toEqual({
    recovered: { ms: recoveredMs },
    'nodes-ready': { ms: 30_000 },
  })
  expect(cpuBudget(budgets, topology)).toBe(cpuSeconds)
  expect(cpuBudget({ ...stated, milestones: {} }, topology)).toBeNull()
})
