import { faultProved } from '../harness/checks/fault-proved/check.ts'
import { healthyBefore } from '../harness/checks/healthy-before/check.ts'
import { nothingChanged } from '../harness/checks/nothing-changed/check.ts'
import { operatorEdits } from '../harness/faults/operator-edits.ts'
import type { Scenario } from '../harness/model/scenario.ts'
import { healthy } from './healthy.ts'

export const healthyAfterEdits: Scenario = {
  id: 'healthy-after-edits',
  title: 'The repair is run where an operator edited the cluster and nothing is lost',
  hypothesis: 'The library takes nothing that an operator chose for damage, and writes nothing.',
  losses: [operatorEdits()],
  recovery: 'library',
  // Pods are evicted from the Node that was taken out of service, so workloads are not judged.
  checks: [healthyBefore, faultProved, nothingChanged(10_000)],
  budgets: healthy.budgets,
  expects: 'pass',
  drills: [
    { title: 'on a cluster that was edited', topology: { controlPlanes: 1, workers: 2 }, in: 'ci' },
    { title: 'on a cluster that was edited', topology: { controlPlanes: 3, workers: 2 }, in: 'nightly' },
  ],
}
