import { faultProved } from '../harness/checks/fault-proved/check.ts'
import { healthyBefore } from '../harness/checks/healthy-before/check.ts'
import { noDowntime } from '../harness/checks/no-downtime/check.ts'
import { refusedChangesNothing } from '../harness/checks/refused-changes-nothing/check.ts'
import { movedControlPlaneFiles } from '../harness/faults/moved-files.ts'
import type { Scenario } from '../harness/model/scenario.ts'
import type { PreconditionReason } from '../lib/index.ts'
import { lostPki } from './lost-pki.ts'

const reason: PreconditionReason = 'ca-elsewhere'

export const movedFiles: Scenario = {
  id: 'moved-files',
  title: 'Everything below /etc/kubernetes is moved to another directory on all control planes',
  hypothesis: 'The library refuses and names the directory: with a new CA everything would have to trust another one.',
  losses: [movedControlPlaneFiles()],
  recovery: 'library',
  checks: [healthyBefore, faultProved, refusedChangesNothing(reason), noDowntime],
  budgets: { ...lostPki.budgets, milestones: {} },
  expects: { refused: reason },
  drills: [
    { title: 'with the CA in another directory is refused', topology: { controlPlanes: 1, workers: 1 }, in: 'ci' },
  ],
}
