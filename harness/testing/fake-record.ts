import { type Finding, recordVersion, type RunRecord, type Span, type Verdict } from '../model/run-record.ts'

/** A judged run of lost-pki that passed, without its probes. Probing began at `probingFromMs` of the run and took `probingMs`. */
export function fakeRecord(probingFromMs: number, probingMs: number): RunRecord {
  const injectedAtMs = probingFromMs + 10_400
  const at = (sinceInjectionMs: number) => injectedAtMs + sinceInjectionMs
  const probedUntilMs = Math.max(probingFromMs + probingMs, at(80_000))
  const durationMs = probedUntilMs + 14_800
  const sound = { scheduling: 'SCHED_RR 10', atMs: probedUntilMs, stalls: 0, stalledMs: 0 }
  const startedAt = new Date(Date.UTC(2026, 10, 24, 2, 15, 0, 120))
  return {
    schemaVersion: recordVersion,
    id: '20261124T021500Z-lost-pki-m1',
    stage: 'judged',
    scenario: {
      id: 'lost-pki',
      title: 'Everything below /etc/kubernetes is deleted on all control planes at once',
      hypothesis: 'The library repairs the control plane with new keys, and no workload notices anything.',
    },
    losses: [{ id: 'files:/etc/kubernetes', title: 'rm -rf /etc/kubernetes on every control plane' }],
    replaces: ['cluster-ca', 'sa-key'],
    replacesOn: null,
    stillAccepted: [],
    mayRestart: [],
    expects: 'pass',
    argv: ['drill', 'run', 'lost-pki', '--masters', '1'],
    startedAt: startedAt.toISOString(),
    finishedAt: new Date(startedAt.getTime() + durationMs).toISOString(),
    durationMs,
    injectedAtMs,
    topology: { controlPlanes: 1, workers: 2 },
    recovery: { id: 'library', options: {} },
    versions: {
      drill: '0.1.0',
      node: 'v24.21.0',
      kind: 'v0.33.0',
      engine: '28.5.1',
      kubernetes: 'v1.36.4',
      kernel: '6.18.0',
    },
    images: { node: 'drill/node:1.36.4-3f9c1d20', workload: 'drill/workload:8a11be07' },
    host: { cores: 2, memoryBytes: 25_276_510_208, cgroup: 'v1' },
    git: { commit: 'f7527781c2b1a0d5b7e1c5a3f0c9d8e7b6a59483', dirty: false },
    cluster: { name: 'drill-7f3a', kept: false },
    inputs: [
      { node: 'operator', path: 'inputs/kubeadm.yaml' },
      { node: 'drill-7f3a-control-plane', path: '/var/lib/etcd/member/snap/db' },
    ],
    plan: [
      {
        id: 'preflight',
        title: 'Ask every machine before anything is changed',
        actions: [{ node: 'cluster', action: 'in any case', reason: 'a part of every repair' }],
      },
      {
        id: 'restore-shared-certs',
        title: 'Restore the CAs and the service-account key',
        actions: ['ca.crt', 'ca.key', 'sa.key'].map((file) => ({
          ...{ node: 'drill-7f3a-control-plane', action: `restore ${file}`, reason: 'missing' },
        })),
      },
      {
        id: 'restart-kubelets',
        title: 'Give kubelets their new identity',
        actions: ['drill-7f3a-worker', 'drill-7f3a-worker2'].map((node) => ({
          ...{
            node,
            action: 'give kubelet its new identity and restart it',
            reason: 'it shows a certificate of another CA',
          },
        })),
      },
      { id: 'approve-serving-certificates', title: 'Approve serving certificates', actions: [] },
    ],
    backups: [
      { node: 'drill-7f3a-control-plane', path: '/var/lib/kubelet/pki/kubelet-client-current.pem' },
      { node: 'drill-7f3a-worker', path: '/var/lib/kubelet/pki/kubelet-client-current.pem' },
      { node: 'drill-7f3a-worker2', path: '/var/lib/kubelet/pki/kubelet-client-current.pem' },
    ],
    budgets: {
      ...{ longestGapMs: 250, failedProbes: 0, detectableOneIn: 500 },
      milestones: { recovered: { ms: 40_000 }, 'nodes-ready': { ms: 45_000 } },
      cpuSeconds: 80,
    },
    cpuPressure: { source: '/proc/pressure/cpu', samples: 220, median: 0.1234, max: 0.873 },
    hostSpeed: { referenceMs: 640, baselineMs: 640, recoveredMs: 640, othersShare: 0 },
    cpuSeconds: 52.4,
    proberScheduling: 'SCHED_RR 10',
    prober: { atMs: probedUntilMs, cpuMs: 21_400, cpuShare: 0.119, stalls: 2, stalledMs: 141 },
    probers: [
      {
        ...sound,
        vantage: 'worker',
        cpuMs: 21_400,
        cpuShare: 0.119,
        samplesPerSecond: 250.3,
        worstLagMs: 12,
        stalls: 2,
        stalledMs: 141,
      },
      { ...sound, vantage: 'pod', cpuMs: 7560, cpuShare: 0.042, samplesPerSecond: 98.1, worstLagMs: 9 },
      { ...sound, vantage: 'outside', cpuMs: 8280, cpuShare: 0.046, samplesPerSecond: 99.3, worstLagMs: 8 },
    ],
    phases: spans([
      ['preflight', 'Check the host', 0, 1900],
      ['provision', 'Create the cluster', 1900, 34_200],
      ['seed', 'Deploy the workload and start the probers', 34_200, probingFromMs + 150],
      ['baseline', 'Measure the healthy cluster', probingFromMs + 150, at(-180)],
      ['inject', 'Destroy', at(-180), at(8600)],
      ['recover', 'Repair', at(8600), at(40_150)],
      ['settle', 'Wait for late evictions', at(40_150), probedUntilMs],
      ['judge', 'Judge', probedUntilMs, probedUntilMs + 3400],
      ['teardown', 'Collect logs and clean up', probedUntilMs + 3400, durationMs],
    ]),
    steps: spans([
      ['preflight', 'Ask every machine before anything is changed', at(8700), at(9900)],
      ['restore-shared-certs', 'Restore the CAs and the service-account key', at(9900), at(11_400)],
      ['issue-certificates', 'Issue certificates and kubeconfigs on every control plane', at(11_400), at(14_100)],
      ['join-kubelets', 'Give kubelets a bootstrapped identity', at(14_100), at(16_300)],
      ['start-etcd', 'Start etcd, and see that it has its data', at(16_300), at(18_900)],
      ['start-first-api-server', 'Start the API server and the allow-listed controllers', at(18_900), at(26_100)],
      ['renew-cluster-info', 'Publish cluster-info and the root CA', at(26_100), at(28_300)],
      ['approve-serving-certificates', 'Approve serving certificates', at(28_300), at(28_300), 'skipped'],
      ['restart-kubelets', 'Give kubelets their new identity', at(28_300), at(32_800)],
      ['restart-api-clients', 'Restart rejected API clients in place', at(32_800), at(37_600)],
      ['start-controller-manager', 'Start the full controller manager', at(37_600), at(40_150)],
    ]),
    milestones: [
      { id: 'detected', title: 'Loss detected', atMs: 4212.4 },
      { id: 'recovery-started', title: 'Repair started', atMs: 8701.2 },
      { id: 'etcd-healthy', title: 'etcd healthy', atMs: 18_644.9 },
      { id: 'api-ready', title: 'API ready', atMs: 25_980.3 },
      { id: 'leases-fresh', title: 'All leases renewed', atMs: 33_410.6 },
      { id: 'nodes-ready', title: 'All Nodes Ready', atMs: 33_902.1 },
      { id: 'tokens-reissued', title: 'Tokens reissued', atMs: 37_488.8 },
      { id: 'recovered', title: 'Recovered', atMs: 39_744.5 },
    ],
    probes: [],
    verdict: null,
    claim: null,
    findings: [],
    exitCode: null,
    error: null,
    teardownErrors: [],
  }
}

const passing: readonly (readonly [id: string, title: string, summary: string, details?: readonly string[]])[] = [
  ['healthy-before', 'Healthy baseline', '3 nodes Ready, 17 pods ready, no failed probe in 2 080'],
  [
    'fault-proved',
    'The loss is proved',
    'files gone, sandboxes gone, API refuses, on 1 control plane',
    [
      'drill-7f3a-control-plane: /etc/kubernetes has no file',
      'drill-7f3a-control-plane: no control-plane sandbox',
      'drill-7f3a-control-plane: connection refused five times',
    ],
  ],
  [
    'recovered',
    'Recovered within budget',
    'recovered 31 s after the repair began: 1 API server answering, 3 leases renewed, 3 nodes Ready',
  ],
  [
    'workloads-undisturbed',
    'Workloads are undisturbed',
    '9 pods with the same UID, address, container id, start time, restart count and boot nonce',
    ['kube-system: coredns restarted in place on drill-7f3a-worker'],
  ],
  ['no-downtime', 'No downtime of the workload', 'no failed probe in 36 000 over 4 paths, longest gap 81 ms'],
  ['no-eviction', 'No pod evicted', 'no NoExecute taint, no pod deleted, the canary is alive'],
  ['tokens-reissued', 'Service-account tokens are valid', '11 mounted tokens and 1 Secret carry the new key id'],
  ['old-credentials-rejected', 'Old credentials are rejected', '3 old credentials rejected by 1 API server'],
  ['cluster-usable', 'The cluster is usable', 'deployed in 2.1 s, DNS resolves, exec and logs on 3 nodes'],
]

/** The nine findings, all pass but for the given ones. */
export function fakeFindings(
  changes: Readonly<Record<string, readonly [verdict: Verdict, summary: string]>>,
): Finding[] {
  return passing.map(([id, title, summary, details = []]) => {
    const [verdict, changed] = changes[id] ?? ['pass' as const, summary]
    return { id, title, verdict, summary: changed, details: verdict === 'pass' ? [...details] : [changed, ...details] }
  })
}

function spans(
  rows: readonly (readonly [id: string, title: string, fromMs: number, toMs: number, status?: Span['status']])[],
): Span[] {
  return rows.map(([id, title, fromMs, toMs, status = 'done']) => ({ id, title, fromMs, toMs, status }))
}
