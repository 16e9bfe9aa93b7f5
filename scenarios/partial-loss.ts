import { aggregatedApiServed } from '../harness/checks/aggregated-api-served/check.ts'
import { apiClientsWork } from '../harness/checks/api-clients-work/check.ts'
import { clusterUsable } from '../harness/checks/cluster-usable/check.ts'
import { controlPlanesAgree } from '../harness/checks/control-planes-agree/check.ts'
import { dataKept } from '../harness/checks/data-kept/check.ts'
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
import type { Check } from '../harness/model/check.ts'
import type { Scenario } from '../harness/model/scenario.ts'

/**
 * The checks of a loss in a cluster that has its CA: what was lost is new, and nothing else is touched.
 * @param own those that depend on the loss: how the API is served, whether a Node can be silent
 */
export const partialLossChecks = (...own: readonly Check[]): Scenario['checks'] => [
  healthyBefore,
  faultProved,
  recovered,
  workloadsUndisturbed,
  noDowntime,
  ...own,
  dataKept,
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
]

/**
 * What probes of the workload may see while it is repaired: nothing. A probe may take its deadline, 250 ms, and the next one ends up to
 * an interval, 34 ms, after it: as long a gap shows no failure.
 */
export const noDowntimeBudget = { longestGapMs: 284, failedProbes: 0, detectableOneIn: 500 } as const
