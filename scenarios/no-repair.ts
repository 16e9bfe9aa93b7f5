import { faultProved } from '../harness/checks/fault-proved/check.ts'
import { healthyBefore } from '../harness/checks/healthy-before/check.ts'
import { noDowntime } from '../harness/checks/no-downtime/check.ts'
import { recovered } from '../harness/checks/recovered/check.ts'
import type { Scenario } from '../harness/model/scenario.ts'
import { lostPki } from './lost-pki.ts'

/** The losses of lost-pki, without a repair. */
export const noRepair: Scenario = {
  id: 'no-repair',
  title: 'Everything below /etc/kubernetes is deleted, and nothing is repaired',
  hypothesis: 'A drill whose repair does nothing fails: a cluster that stays broken is never reported as recovered.',
  losses: lostPki.losses,
  checks: [healthyBefore, faultProved, recovered, noDowntime],
  budgets: lostPki.budgets,
  expects: 'fail',
  drills: [{ title: 'without a repair', topology: { controlPlanes: 1, workers: 1 }, in: 'ci' }],
}
