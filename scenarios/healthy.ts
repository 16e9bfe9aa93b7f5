import { clusterUsable } from '../harness/checks/cluster-usable/check.ts'
import { controlPlanesAgree } from '../harness/checks/control-planes-agree/check.ts'
import { healthyBefore } from '../harness/checks/healthy-before/check.ts'
import { noConfigDrift } from '../harness/checks/no-config-drift/check.ts'
import { noDowntime } from '../harness/checks/no-downtime/check.ts'
import { noEviction } from '../harness/checks/no-eviction/check.ts'
import { nothingChanged } from '../harness/checks/nothing-changed/check.ts'
import { nothingElseReplaced } from '../harness/checks/nothing-else-replaced/check.ts'
import { workloadsUndisturbed } from '../harness/checks/workloads-undisturbed/check.ts'
import type { Scenario } from '../harness/model/scenario.ts'
import { noop } from './noop.ts'

export const healthy: Scenario = {
  id: 'healthy',
  title: 'The repair is run where nothing is lost',
  hypothesis: 'The library finds nothing to do, and writes nothing.',
  losses: [],
  recovery: 'library',
  checks: [
    healthyBefore,
    nothingChanged(10_000),
    workloadsUndisturbed,
    noDowntime,
    noEviction,
    nothingElseReplaced,
    controlPlanesAgree,
    noConfigDrift,
    clusterUsable,
  ],
  budgets: { ...noop.budgets, cpuSeconds: { seconds: 20, perControlPlane: 5 } },
  expects: 'pass',
  drills: [
    { title: 'on a healthy cluster', topology: { controlPlanes: 1, workers: 2 }, in: 'ci' },
    { title: 'on a healthy cluster', topology: { controlPlanes: 3, workers: 2 }, in: 'nightly' },
  ],
}
