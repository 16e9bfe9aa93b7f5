import { apiServersSchema } from '../../../observe/api-servers.ts'
import { nodeSnapshotSchema } from '../../../observe/node-snapshot.ts'
import { podSnapshotSchema } from '../../../observe/pod-snapshot.ts'
import { newWorkerSchema } from '../../../checks/new-worker-joins/collect.ts'
import { smokeTestSchema } from '../../../checks/cluster-usable/collect.ts'
import { configDriftSchema } from '../../../checks/no-config-drift/collect.ts'
import { neighboursSchema } from '../../../checks/neighbours-as-before/collect.ts'
import type { JournalEvent } from '../../../model/journal.ts'
import { inEvidence, inJournal, inSamples, theOne } from '../mutant/change.ts'
import type { StoredMutant } from '../mutant/mutant.ts'
import { failing } from './samples.ts'

const journal = ['journal.jsonl']
const any = () => true
const isMilestone = (event: JournalEvent, milestone: string) =>
  event.type === 'milestone.reached' && event['milestone'] === milestone

const before = { base: 'recorded', check: 'healthy-before', verdict: 'unknown' } as const
const proved = { base: 'recorded', check: 'fault-proved', verdict: 'unknown', touches: journal } as const
const recovered = { base: 'recorded', check: 'recovered', verdict: 'fail' } as const

/** What the cluster was before, that it was lost, and that it came back and works. */
export const recoveryMutants: readonly StoredMutant[] = [
  {
    ...before,
    id: 'node-unready-before',
    title: 'a Node was not Ready before the loss',
    touches: ['evidence/nodes-baseline'],
    because: /was not Ready \(KubeletNotReady\)/,
    change: inEvidence('nodes-baseline', nodeSnapshotSchema, ({ nodes }) =>
      Object.assign(theOne(nodes, any, 'Node'), { ready: 'False', reason: 'KubeletNotReady' }),
    ),
  },
  {
    ...before,
    id: 'pod-unready-before',
    title: 'a pod was not ready before the loss',
    touches: ['evidence/pods-baseline'],
    because: /pod .* was not ready/,
    change: inEvidence('pods-baseline', podSnapshotSchema, ({ pods }) => (theOne(pods, any, 'pod').ready = false)),
  },
  {
    ...before,
    id: 'probe-failed-before',
    title: 'a probe failed before the loss',
    touches: ['samples/pod'],
    because: /pod: 1 probe failed before the fault/,
    change: inSamples('pod', (series) => failing(series, series.startMs + 1000, 20, 'reset')),
  },
  {
    ...proved,
    id: 'loss-contradicted',
    title: 'a file that had to be lost was still there',
    because: /the loss did not happen: a file is left/,
    change: inJournal((event) => [
      event.type === 'fault.proved'
        ? { ...event, result: 'mismatch', summary: 'the loss did not happen: a file is left' }
        : event,
    ]),
  },
  {
    ...proved,
    id: 'loss-not-looked-at',
    title: 'nobody looked whether the loss happened',
    because: /no proof was taken/,
    change: inJournal((event) => (event.type === 'fault.proved' ? [] : [event])),
  },
  {
    ...recovered,
    id: 'milestone-late',
    // The host of the recorded run was slower than a budget may grow.
    base: 'good',
    title: 'every Node was Ready 300 s after the repair began',
    touches: ['run.json'],
    because: /nodes-ready after 300 s, allowed are/,
    change: (run) => ({
      ...run,
      record: {
        ...run.record,
        milestones: run.record.milestones.map((one) => (one.id === 'nodes-ready' ? { ...one, atMs: 326_000 } : one)),
      },
    }),
  },
  {
    ...recovered,
    id: 'repair-failed',
    title: 'a step of the repair failed',
    touches: journal,
    because: /the repair failed: step "start-etcd" <- no answer/,
    change: inJournal((event) =>
      isMilestone(event, 'recovered')
        ? [{ ...event, type: 'recovery.failed', chain: ['step "start-etcd"', 'no answer'] }]
        : [event],
    ),
  },
  {
    ...recovered,
    id: 'lease-not-renewed',
    title: 'a kubelet did not renew its lease after the repair',
    touches: ['evidence/nodes-settled'],
    because: /settled: the lease of .* was not renewed since the repair ended/,
    change: inEvidence('nodes-settled', nodeSnapshotSchema, ({ nodes, takenAt, atMs }) => {
      theOne(nodes, any, 'Node').leaseRenewedAt = new Date(Date.parse(takenAt) - atMs).toISOString()
    }),
  },
  {
    ...recovered,
    id: 'api-server-silent',
    title: 'an API server did not answer at the end',
    touches: ['evidence/api-servers-settled'],
    because: /settled: the API of .* does not answer \(ECONNREFUSED\)/,
    change: inEvidence('api-servers-settled', apiServersSchema, ({ servers }) =>
      Object.assign(theOne(servers, any, 'API server'), { status: null, error: 'ECONNREFUSED' }),
    ),
  },
  {
    base: 'recorded',
    check: 'no-config-drift',
    verdict: 'fail',
    id: 'flag-dropped',
    title: 'a flag of the API server is gone from its manifest',
    touches: ['evidence/configuration-settled'],
    because: /kube-apiserver\.yaml: .*--authorization-mode was .*, is not there/,
    change: inEvidence('configuration-settled', configDriftSchema, ({ machines }) => {
      const path = '/etc/kubernetes/manifests/kube-apiserver.yaml'
      const fields = theOne(machines, ({ files }) => path in files, 'manifest of an API server').files[path] ?? {}
      Reflect.deleteProperty(
        fields,
        theOne(Object.keys(fields), (key) => key.endsWith('--authorization-mode'), 'flag'),
      )
    }),
  },
  {
    base: 'recorded',
    check: 'new-worker-joins',
    verdict: 'fail',
    id: 'join-refused',
    title: 'a new machine could not join',
    touches: ['evidence/new-worker-settled'],
    because: /kubeadm join: x509: certificate signed by unknown authority/,
    change: inEvidence('new-worker-settled', newWorkerSchema, ({ steps }) =>
      Object.assign(
        theOne(steps, ({ what }) => what === 'join', 'join'),
        { ok: false, detail: 'x509: certificate signed by unknown authority' },
      ),
    ),
  },
  {
    base: 'recorded',
    check: 'cluster-usable',
    verdict: 'fail',
    id: 'logs-refused',
    title: 'kubectl logs does not work on one Node',
    touches: ['evidence/smoke-test-settled'],
    because: /logs on .*: tls: internal error/,
    change: inEvidence('smoke-test-settled', smokeTestSchema, ({ nodes }) => {
      theOne(nodes, any, 'Node').logs = { ok: false, detail: 'tls: internal error' }
    }),
  },
  {
    base: 'neighbours',
    check: 'neighbours-as-before',
    verdict: 'fail',
    id: 'neighbour-gone',
    title: "a static pod of the user's is gone, and no plan named it",
    touches: ['evidence/neighbours-settled'],
    because: /the proxy runs: was "yes", is "no"/,
    change: inEvidence('neighbours-settled', neighboursSchema, ({ seen }) => {
      theOne(seen, any, 'observation').output = 'no'
    }),
  },
]
