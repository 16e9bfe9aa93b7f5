import { clusterInfoValid } from '../harness/checks/cluster-info-valid/check.ts'
import { evictionGuard } from '../harness/checks/eviction-guard/check.ts'
import { noEviction } from '../harness/checks/no-eviction/check.ts'
import { replacedCaKey } from '../harness/faults/ca-key.ts'
import type { Scenario } from '../harness/model/scenario.ts'
import { lostPki } from './lost-pki.ts'
import { partialLossChecks } from './partial-loss.ts'

const common = {
  recovery: 'library',
  checks: partialLossChecks(noEviction, evictionGuard, clusterInfoValid),
  budgets: lostPki.budgets,
  expects: 'pass',
} as const satisfies Partial<Scenario>

/** Without the option the repair refuses, as in `lost-ca-key`. */
export const replacedCas: readonly Scenario[] = [
  {
    ...common,
    id: 'replaced-ca',
    title: 'ca.key is gone on all control planes for good, and the operator has the CA replaced (--replace ca)',
    hypothesis: 'The library gives a cluster that lives a new CA, and no workload notices anything.',
    losses: [replacedCaKey('ca.key')],
    drills: [
      {
        title: 'on one control plane',
        topology: { controlPlanes: 1, workers: 1 },
        options: ['--replace', 'ca'],
        in: 'nightly',
      },
      {
        title: 'on two control planes, killed while the new CA is made',
        topology: { controlPlanes: 2, workers: 1 },
        options: ['--replace', 'ca', '--interrupt-in', 'restore-shared-certs:3'],
        in: 'nightly',
      },
    ],
  },
  {
    ...common,
    id: 'replaced-etcd-and-front-proxy-ca',
    title:
      "The keys of etcd's and the front proxy's CA are gone on all control planes for good, and the operator has both replaced (--replace etcd-ca,front-proxy-ca)",
    hypothesis:
      'The library gives a cluster that lives both CAs anew, and leaves the one by which clients know the API.',
    losses: [replacedCaKey('etcd/ca.key'), replacedCaKey('front-proxy-ca.key')],
    drills: [
      {
        title: 'on one control plane',
        topology: { controlPlanes: 1, workers: 1 },
        options: ['--replace', 'etcd-ca,front-proxy-ca'],
        in: 'nightly',
      },
    ],
  },
]
