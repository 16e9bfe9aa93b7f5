import type { RecoveryResultRecord } from '../model/recovery-result.ts'

/** A recovery that left nothing to be said. */
export const emptyResult: RecoveryResultRecord = {
  outcome: 'recovered',
  left: [],
  rejectedClients: { state: 'none', others: [], unseen: [] },
  held: [],
  givenBack: [],
  lostTrust: { state: 'looked', found: [], unseen: [] },
  opened: [],
  backups: [],
  next: [],
}

const node = 'drill-7f3a-control-plane'

/** One that has something to say of everything. */
export const degradedResult = (text: string): RecoveryResultRecord => ({
  outcome: 'degraded',
  left: [
    {
      kind: 'machine',
      name: 'drill-7f3a-worker2',
      node: 'drill-7f3a-worker2',
      reason: `not Ready since 10:02 ${text}`,
    },
    {
      kind: 'client',
      name: 'ci/runner',
      node: 'drill-7f3a-worker',
      reason: `401, 12 times, also after restarts ${text}`,
    },
  ],
  rejectedClients: {
    state: 'some',
    others: [{ where: `somebody at 192.0.2.7 ${text}`, reason: 'bad certificate, 8 times' }],
    unseen: [{ what: `clients of the API server on ${node} ${text}`, reason: 'profiling is off' }],
  },
  held: [],
  givenBack: [],
  lostTrust: {
    state: 'looked',
    found: [
      { where: `Secret ci/kubeconfig ${text}`, lost: 'cluster-ca' },
      { where: '/root/.kube/config', node, lost: 'cluster-ca' },
      { where: 'Secret ci/token', lost: 'sa-key' },
    ],
    unseen: [{ what: 'every ConfigMap', reason: 'the API did not list them' }],
  },
  opened: [{ what: '/etc/kubernetes/super-admin.conf', node, reason: 'it grants everything' }],
  backups: [{ node, directory: '/var/lib/drill-recovery/backup/20261124T100000Z', files: ['/x.key', '/y.yaml'] }],
  next: [],
})

/** One that ended early, and could not give everything back. */
export const failedResult: RecoveryResultRecord = {
  ...emptyResult,
  outcome: 'failed',
  failure: { message: `etcd has no data on ${node}`, step: 'start-etcd' },
  rejectedClients: {
    state: 'unknown',
    others: [],
    unseen: [{ what: 'every client', reason: 'the repair ended early' }],
  },
  lostTrust: { state: 'unknown', found: [], unseen: [] },
  held: [
    { what: 'the log level of the API servers', until: 'within 10 minutes, by the machines', reason: 'no answer' },
  ],
  givenBack: ['the leases of controller managers and schedulers'],
  next: ['Run the repair again: it asks every machine what is left to do, and does only that.'],
}

/** One that changed nothing. */
export const unaffectedResult = (outcome: 'refused' | 'nothing-to-do'): RecoveryResultRecord => ({
  ...emptyResult,
  outcome,
  ...(outcome === 'refused'
    ? { failure: { message: 'etcd has no data', step: 'preflight', reason: 'etcd-data-missing' } }
    : {}),
  rejectedClients: { state: 'unaffected', others: [], unseen: [] },
  lostTrust: { state: 'unaffected', found: [], unseen: [] },
})
