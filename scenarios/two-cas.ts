import { faultProved } from '../harness/checks/fault-proved/check.ts'
import { healthyBefore } from '../harness/checks/healthy-before/check.ts'
import { noDowntime } from '../harness/checks/no-downtime/check.ts'
import { refusedChangesNothing } from '../harness/checks/refused-changes-nothing/check.ts'
import { oldBackup, twoCas as anotherCa } from '../harness/faults/other-ca.ts'
import type { Scenario } from '../harness/model/scenario.ts'
import { noop } from './noop.ts'

const reason = 'shared-certs-differ'

export const twoCas: Scenario = {
  id: 'two-cas',
  title: 'One control plane has another CA than the others, with its key',
  hypothesis: 'The library refuses, and names each CA by its fingerprint, who has it and who trusts it.',
  losses: [anotherCa()],
  recovery: 'library',
  checks: [
    healthyBefore,
    faultProved,
    // An API server reads another CA at once and rejects its own kubelet, whose Node is marked 50 s later,
    // and all its pods as not ready; so what runs is judged at once, and the workload by its probes.
    refusedChangesNothing(reason, 'recovered'),
    noDowntime,
  ],
  budgets: noop.budgets,
  expects: { refused: reason },
  drills: [{ title: 'on one of two control planes is refused', topology: { controlPlanes: 2, workers: 1 }, in: 'ci' }],
}

export const oldBackupPutBack: Scenario = {
  ...twoCas,
  id: 'old-backup-put-back',
  title: 'One control plane got back an /etc/kubernetes/pki of before a change of the CAs',
  losses: [oldBackup()],
  drills: twoCas.drills.map((drill) => ({ ...drill, in: 'nightly' })),
}
