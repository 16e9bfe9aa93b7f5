import { clusterUsable } from '../harness/checks/cluster-usable/check.ts'
import { noConfigDrift } from '../harness/checks/no-config-drift/check.ts'
import { healthyBefore } from '../harness/checks/healthy-before/check.ts'
import { noDowntime } from '../harness/checks/no-downtime/check.ts'
import { controlPlanesAgree } from '../harness/checks/control-planes-agree/check.ts'
import { nothingElseReplaced } from '../harness/checks/nothing-else-replaced/check.ts'
import { evictionGuard } from '../harness/checks/eviction-guard/check.ts'
import { noEviction } from '../harness/checks/no-eviction/check.ts'
import { workloadsUndisturbed } from '../harness/checks/workloads-undisturbed/check.ts'
import type { Scenario } from '../harness/model/scenario.ts'
import { lostPki } from './lost-pki.ts'

export const noop: Scenario = {
  id: 'noop',
  title: 'No fault and no repair',
  hypothesis: 'A drill without a fault passes: neither prober nor checks raise a false alarm.',
  losses: [],
  checks: [
    healthyBefore,
    workloadsUndisturbed,
    noDowntime,
    noEviction,
    evictionGuard,
    nothingElseReplaced,
    controlPlanesAgree,
    noConfigDrift,
    clusterUsable,
  ],
  budgets: lostPki.budgets,
  expects: 'pass',
  drills: [{ title: 'without a loss', topology: { controlPlanes: 1, workers: 2 }, in: 'ci' }],
}
