import { clusterUsable } from '../harness/checks/cluster-usable.ts'
import { fidelity } from '../harness/checks/fidelity.ts'
import { healthyBefore } from '../harness/checks/healthy-before.ts'
import { noDowntime } from '../harness/checks/no-downtime.ts'
import { noEviction } from '../harness/checks/no-eviction.ts'
import { workloadsUndisturbed } from '../harness/checks/workloads-undisturbed.ts'
import type { Scenario } from '../harness/ports.ts'
import { lostPki } from './lost-pki.ts'

export const noop: Scenario = {
  id: 'noop',
  title: 'Nothing is destroyed and nothing repaired',
  hypothesis: 'A drill without a disaster passes: neither the instrument nor the checks cry wolf.',
  feltBy: [],
  checks: [healthyBefore, workloadsUndisturbed, noDowntime, noEviction, fidelity, clusterUsable],
  budgets: lostPki.budgets,
  expects: 'pass',
}
