import { aggregatedApiServed } from '../harness/checks/aggregated-api-served/check.ts'
import { apiClientsWork } from '../harness/checks/api-clients-work/check.ts'
import { clusterUsable } from '../harness/checks/cluster-usable/check.ts'
import { controlPlanesAgree } from '../harness/checks/control-planes-agree/check.ts'
import { faultProved } from '../harness/checks/fault-proved/check.ts'
import { healthyBefore } from '../harness/checks/healthy-before/check.ts'
import { newWorkerJoins } from '../harness/checks/new-worker-joins/check.ts'
import { noConfigDrift } from '../harness/checks/no-config-drift/check.ts'
import { noDowntime } from '../harness/checks/no-downtime/check.ts'
import { noEviction } from '../harness/checks/no-eviction/check.ts'
import { nothingElseReplaced } from '../harness/checks/nothing-else-replaced/check.ts'
import { oldCredentialsRejected } from '../harness/checks/old-credentials-rejected/check.ts'
import { recovered } from '../harness/checks/recovered/check.ts'
import { tokensReissued } from '../harness/checks/tokens-reissued/check.ts'
import { workloadsUndisturbed } from '../harness/checks/workloads-undisturbed/check.ts'
import { manifests } from '../harness/faults/manifests.ts'
import type { Scenario } from '../harness/model/scenario.ts'

export const lostManifests: Scenario = {
  id: 'lost-manifests',
  title: 'Every control plane loses the manifests of its static pods; the CA is intact',
  hypothesis: 'The library puts the manifests back as they were, and restarts no kubelet.',
  losses: [manifests()],
  recovery: 'library',
  checks: [
    healthyBefore,
    faultProved,
    recovered,
    workloadsUndisturbed,
    noDowntime,
    noEviction,
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
    // kubelet looks for the lost directory every 20 s.
    milestones: { recovered: { ms: 70_000, perControlPlaneMs: 5_000 } },
    cpuSeconds: { seconds: 80, perControlPlane: 10 },
  },
  expects: 'pass',
  drills: [
    { title: 'on one control plane', topology: { controlPlanes: 1, workers: 1 }, in: 'nightly' },
    { title: 'on three control planes', topology: { controlPlanes: 3, workers: 1 }, in: 'nightly' },
  ],
}
