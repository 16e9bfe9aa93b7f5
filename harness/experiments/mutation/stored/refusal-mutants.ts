import { z } from 'zod'
import { clusterStateSchema, type ClusterState } from '../../../observe/cluster-state.ts'
import { inEvidence, inJournal, theOne } from '../mutant/change.ts'
import type { StoredMutant } from '../mutant/mutant.ts'

const settled = (edit: (machine: ClusterState['machines'][number], seen: ClusterState) => void) =>
  inEvidence('state-settled', clusterStateSchema, (seen) =>
    edit(
      theOne(seen.machines, ({ node }) => node === 'worker', 'worker'),
      seen,
    ),
  )
const kubeletConf = (machine: ClusterState['machines'][number]) =>
  theOne(Object.entries(machine.files), ([path]) => path.endsWith('/kubelet.conf'), 'kubelet.conf')[1]

const state = ['evidence/state-settled']
const journal = ['journal.jsonl']
const nothing = { base: 'nothing-to-do', check: 'nothing-changed', verdict: 'fail' } as const
const refused = { base: 'refused', check: 'refused-changes-nothing', verdict: 'fail' } as const

/** A repair that must not change anything. */
export const refusalMutants: readonly StoredMutant[] = [
  {
    ...nothing,
    id: 'file-rewritten',
    title: 'a repair with nothing to do wrote a file again, with the same bytes',
    touches: state,
    because: /worker: .*kubelet\.conf was rewritten with the same content/,
    change: settled((machine) => (kubeletConf(machine).inode = '99')),
  },
  {
    ...nothing,
    id: 'kubelet-restarted-for-nothing',
    title: 'a repair with nothing to do restarted a kubelet',
    touches: state,
    because: /worker: kubelet was restarted/,
    change: settled((machine) => (machine.kubelet = '99 9')),
  },
  {
    ...nothing,
    id: 'lease-taken',
    title: 'a repair with nothing to do took a lease from its leader',
    touches: state,
    because: /leases kube-system\/kube-scheduler/,
    change: settled((_, seen) =>
      Object.assign(seen.objects ?? {}, { 'leases kube-system/kube-scheduler': 'drill-recovery' }),
    ),
  },
  {
    ...nothing,
    id: 'needless-step',
    title: 'a repair ran a step where nothing was lost',
    touches: journal,
    because: /the repair ran the step restart-kubelets/,
    change: inJournal((event) =>
      event.type === 'recovery.not-needed'
        ? [{ ...event, type: 'step.started', step: 'restart-kubelets', atMs: event.atMs - 1 }, event]
        : [event],
    ),
  },
  {
    ...nothing,
    id: 'said-late',
    title: 'a repair said after a minute only that there was nothing to do',
    touches: journal,
    because: /nothing to do after 60\.?\d* s, allowed are/,
    change: inJournal((event) => [
      event.type === 'recovery.not-needed' ? { ...event, atMs: event.atMs + 57_000 } : event,
    ]),
  },
  {
    ...refused,
    id: 'refused-after-writing',
    title: 'the repair refused, but had changed a file by then',
    touches: state,
    because: /worker: .*kubelet\.conf was changed/,
    change: settled((machine) => (kubeletConf(machine).sum = 'other bytes')),
  },
  {
    ...refused,
    id: 'precondition-off',
    title: 'the repair did not look whether etcd has its data, and did not refuse',
    touches: journal,
    because: /the repair did not refuse/,
    change: inJournal((event) => (event.type === 'recovery.failed' ? [] : [event])),
  },
  {
    ...refused,
    id: 'refused-for-another-reason',
    title: 'the repair refused by chance, for another reason',
    touches: journal,
    because: /the repair refused for another reason \(disk-full\) than etcd-data-missing/,
    change: inJournal((event) => [event.type === 'recovery.failed' ? { ...event, refused: 'disk-full' } : event]),
  },
  {
    base: 'planned',
    check: 'plan-changes-nothing',
    verdict: 'fail',
    id: 'plan-wrote',
    title: 'a repair that was only planned wrote a file',
    touches: ['evidence/plan-file-manifests'],
    because: /files changed on worker2 while the repair was only planned/,
    change: inEvidence(
      'plan-file-manifests',
      z.object({ before: z.record(z.string(), z.string()), after: z.record(z.string(), z.string()) }),
      ({ after }) => (after['worker2'] = 'cc'),
    ),
  },
]
