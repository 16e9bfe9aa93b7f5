import { evictPod, freezeContainer, freezeProber, stopContainer } from './sabotage.ts'
import type { LiveMutant } from './live-mutant.ts'

const lostPki = { scenario: 'lost-pki', topology: { controlPlanes: 1, workers: 1 }, verdict: 'fail' } as const

/** The mutants of real drills: each takes a drill of its own, of 4 to 6 minutes. */
export const liveMutants: readonly LiveMutant[] = [
  {
    ...lostPki,
    id: 'cluster-info-not-renewed',
    title: 'the step that renews cluster-info is switched off',
    check: 'cluster-info-valid',
    because: /cluster-info names another CA than the control plane's/,
    how: { stepsOff: ['renew-cluster-info'] },
  },
  {
    ...lostPki,
    id: 'lost-cas-not-pruned',
    title: 'the step that removes the lost CAs from extension-apiserver-authentication is switched off',
    check: 'aggregated-api-served',
    because: /ConfigMap extension-apiserver-authentication still names the lost CA/,
    how: { stepsOff: ['prune-stale-cas'] },
  },
  {
    ...lostPki,
    id: 'secret-tokens-not-reissued',
    title: 'the step that reissues the tokens in Secrets is switched off',
    check: 'tokens-reissued',
    because: /^Secret .*: still signed by the key/,
    how: { stepsOff: ['reissue-secret-tokens'] },
  },
  {
    ...lostPki,
    id: 'api-clients-not-restarted',
    title: 'the steps that restart rejected API clients, and would see that they are rejected, are switched off',
    check: 'api-clients-work',
    because: /settled: api-client-once-.*: (tls|unauthorized)/,
    how: { stepsOff: ['restart-api-clients', 'check-api-clients', 'restart-late-api-clients'] },
  },
  {
    ...lostPki,
    id: 'kubelets-not-restarted',
    title: 'the step that gives kubelets their new identity is switched off',
    check: 'recovered',
    because: /not recovered: the repair failed: .*worker/,
    how: { stepsOff: ['restart-kubelets'] },
  },
  {
    ...lostPki,
    id: 'etcd-data-not-looked-for',
    title: 'the precondition that etcd has its data is switched off',
    scenario: 'lost-etcd-data',
    check: 'refused-changes-nothing',
    // Without the data there is no kubeadm configuration either, so that the next precondition refuses in its place.
    because: /the repair refused for another reason \(kubeadm-config-missing\) than etcd-data-missing/,
    how: { preconditionOff: 'etcd-data-missing' },
  },
  {
    ...lostPki,
    id: 'container-stopped',
    title: 'a container of the workload is stopped once',
    check: 'workloads-undisturbed',
    because: /echo-.*: container .* restarted, 1 instead of 0 times/,
    how: { sabotage: stopContainer },
  },
  {
    ...lostPki,
    id: 'workload-frozen',
    title: 'a process of the workload stands still for 600 ms',
    check: 'no-downtime',
    because: /: \d+ probes? failed \(.*response-timeout/,
    how: { sabotage: freezeContainer(600) },
  },
  {
    ...lostPki,
    id: 'pod-evicted-through-the-api',
    title: 'one pod is evicted through the API',
    check: 'no-eviction',
    because: /pod drill-workload\/canary-.* was deleted/,
    how: { sabotage: evictPod },
  },
  {
    ...lostPki,
    id: 'prober-frozen',
    title: 'the prober stands still for 2 s',
    check: 'no-downtime',
    verdict: 'unknown',
    because: /an outage of up to [2-9] \d+ ms is possible, unmeasured time included/,
    how: { sabotage: freezeProber(2000) },
  },
  {
    ...lostPki,
    id: 'loss-not-injected',
    title: 'the losses are announced, and not injected',
    check: 'fault-proved',
    verdict: 'unknown',
    because: /the loss did not happen/,
    how: { lossesOff: true },
  },
]
