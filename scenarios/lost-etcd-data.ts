import { faultProved } from '../harness/checks/fault-proved/check.ts'
import { healthyBefore } from '../harness/checks/healthy-before/check.ts'
import { noDowntime } from '../harness/checks/no-downtime/check.ts'
import { refusedChangesNothing } from '../harness/checks/refused-changes-nothing/check.ts'
import { controlPlaneFiles } from '../harness/faults/control-plane-files.ts'
import { files } from '../harness/faults/files.ts'
import { filesGone } from '../harness/faults/proof-parts.ts'
import type { Scenario } from '../harness/model/scenario.ts'
import type { PreconditionReason } from '../lib/index.ts'
import { lostPki } from './lost-pki.ts'

const path = '/var/lib/etcd'
const on = 'control-planes'
const reason: PreconditionReason = 'etcd-data-missing'

export const lostEtcdData: Scenario = {
  id: 'lost-etcd-data',
  title: 'Everything below /etc/kubernetes and the data of etcd are deleted on all control planes at once',
  hypothesis: 'The library refuses: an etcd that starts empty would make every kubelet delete every pod.',
  losses: [controlPlaneFiles(), files(path, on, { replaces: [], proof: [filesGone(path, on)] })],
  recovery: 'library',
  checks: [healthyBefore, faultProved, refusedChangesNothing(reason), noDowntime],
  budgets: { ...lostPki.budgets, milestones: {} },
  expects: { refused: reason },
  drills: [{ title: 'without the data of etcd is refused', topology: { controlPlanes: 1, workers: 1 }, in: 'ci' }],
}
