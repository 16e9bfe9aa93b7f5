import { aggregatedApiServed } from '../harness/checks/aggregated-api-served.ts'
import { apiClientsWork } from '../harness/checks/api-clients-work.ts'
import { clusterInfoValid } from '../harness/checks/cluster-info-valid.ts'
import { clusterUsable } from '../harness/checks/cluster-usable.ts'
import { controlPlanesAgree } from '../harness/checks/control-planes-agree.ts'
import { faultProved } from '../harness/checks/fault-proved.ts'
import { fidelity } from '../harness/checks/fidelity.ts'
import { freshWorkerJoins } from '../harness/checks/fresh-worker-joins.ts'
import { healthyBefore } from '../harness/checks/healthy-before.ts'
import { noDowntime } from '../harness/checks/no-downtime.ts'
import { noEviction } from '../harness/checks/no-eviction.ts'
import { oldCredentialsRejected } from '../harness/checks/old-credentials-rejected.ts'
import { recovered } from '../harness/checks/recovered.ts'
import { tokensReissued } from '../harness/checks/tokens-reissued.ts'
import { workloadsUndisturbed } from '../harness/checks/workloads-undisturbed.ts'
import { lostPki as lostPkiFault } from '../harness/faults/lost-pki.ts'
import type { Scenario } from '../harness/ports.ts'

export const lostPki: Scenario = {
  id: 'lost-pki',
  title: 'Everything below /etc/kubernetes is deleted on all control planes at once',
  hypothesis: 'The library repairs the control plane with new keys, and no workload notices anything.',
  fault: lostPkiFault(),
  recovery: 'library',
  feltBy: [
    'every control plane: files gone',
    'every control plane: sandboxes gone',
    'every API server: refuses five times in a row',
  ],
  checks: [
    healthyBefore,
    faultProved,
    recovered,
    workloadsUndisturbed,
    noDowntime,
    noEviction,
    tokensReissued,
    apiClientsWork,
    aggregatedApiServed,
    controlPlanesAgree,
    fidelity,
    clusterInfoValid,
    oldCredentialsRejected,
    // Last, because they make a node and pods of their own.
    freshWorkerJoins,
    clusterUsable,
  ],
  budgets: {
    longestGapMs: 250,
    failedProbes: 0,
    coverage: 0.999,
    recoveredMs: 50_000,
    nodesAndTokensMs: 45_000,
    furtherMasterMs: 5_000,
  },
  expects: 'pass',
}
