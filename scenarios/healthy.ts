import { nothingChanged } from '../harness/checks/nothing-changed/check.ts'
import type { Scenario } from '../harness/model/scenario.ts'
import { noop } from './noop.ts'

export const healthy: Scenario = {
  id: 'healthy',
  title: 'The repair is run where nothing is lost',
  hypothesis: 'The library finds nothing to do, and writes nothing.',
  losses: [],
  recovery: 'library',
  // Right after the baseline: later checks make pods of their own.
  checks: noop.checks.toSpliced(1, 0, nothingChanged(10_000)),
  budgets: { ...noop.budgets, cpuSeconds: { seconds: 20, perControlPlane: 5 } },
  expects: 'pass',
  drills: [
    { title: 'on a healthy cluster', topology: { controlPlanes: 1, workers: 2 }, in: 'ci' },
    { title: 'on a healthy cluster', topology: { controlPlanes: 3, workers: 2 }, in: 'nightly' },
  ],
}
