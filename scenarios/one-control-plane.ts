import { aggregatedApiServed } from '../harness/checks/aggregated-api-served/check.ts'
import { apiClientsWork } from '../harness/checks/api-clients-work/check.ts'
import { apiNeverDown } from '../harness/checks/api-never-down/check.ts'
import { clusterUsable } from '../harness/checks/cluster-usable/check.ts'
import { controlPlanesAgree } from '../harness/checks/control-planes-agree/check.ts'
import { faultProved } from '../harness/checks/fault-proved/check.ts'
import { healthyBefore } from '../harness/checks/healthy-before/check.ts'
import { newWorkerJoins } from '../harness/checks/new-worker-joins/check.ts'
import { noConfigDrift } from '../harness/checks/no-config-drift/check.ts'
import { noDowntime } from '../harness/checks/no-downtime/check.ts'
import { nothingElseReplaced } from '../harness/checks/nothing-else-replaced/check.ts'
import { oldCredentialsRejected } from '../harness/checks/old-credentials-rejected/check.ts'
import { recovered } from '../harness/checks/recovered/check.ts'
import { tokensReissued } from '../harness/checks/tokens-reissued/check.ts'
import { workloadsUndisturbed } from '../harness/checks/workloads-undisturbed/check.ts'
import { oneControlPlaneFiles } from '../harness/faults/control-plane-files.ts'
import type { Scenario } from '../harness/model/scenario.ts'

/** Everything lost on one of three, for each of them. */
export const oneControlPlane: readonly Scenario[] = [1, 2, 3].map((lost) => ({
  id: `one-control-plane-${lost}`,
  title: `Everything below /etc/kubernetes is deleted on control plane ${lost} of 3`,
  hypothesis: 'The library repairs that control plane alone, with what the others have, while they serve.',
  losses: [oneControlPlaneFiles(lost)],
  recovery: 'library',
  checks: [
    healthyBefore,
    faultProved,
    recovered,
    workloadsUndisturbed,
    noDowntime,
    apiNeverDown({ longestGapMs: 3000, lostControlPlane: lost }),
    nothingElseReplaced,
    tokensReissued,
    apiClientsWork,
    aggregatedApiServed,
    controlPlanesAgree,
    noConfigDrift,
    oldCredentialsRejected,
    // Last, because they make a node and pods of their own.
    newWorkerJoins,
    clusterUsable,
  ],
  budgets: {
    longestGapMs: 250,
    failedProbes: 0,
    detectableOneIn: 500,
    milestones: { recovered: { ms: 80_000 } },
    cpuSeconds: { seconds: 120 },
  },
  expects: 'pass',
  drills: [
    {
      title: `with only control plane ${lost} lost`,
      topology: { controlPlanes: 3, workers: 1 },
      in: 'nightly',
    },
  ],
}))
