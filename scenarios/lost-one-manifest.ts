import { apiNeverDown } from '../harness/checks/api-never-down/check.ts'
import { evictionGuard } from '../harness/checks/eviction-guard/check.ts'
import { noEviction } from '../harness/checks/no-eviction/check.ts'
import { manifestOf } from '../harness/faults/manifests.ts'
import type { Check } from '../harness/model/check.ts'
import type { Scenario } from '../harness/model/scenario.ts'
import { lostManifests } from './lost-manifests.ts'
import { partialLossChecks } from './partial-loss.ts'

/** etcd's takes longest, and is lost in `lost-manifests` too; a controller manager's is put back as a scheduler's. */
const inCi: ReadonlySet<string> = new Set(['kube-apiserver', 'kube-scheduler'])

const lostManifest = (
  component: Parameters<typeof manifestOf>[0],
  recoveredMs: number,
  ...own: readonly Check[]
): Scenario => ({
  id: `lost-manifest-${component}`,
  title: `Every control plane loses the manifest of ${component}; all else is intact`,
  hypothesis: 'The library puts the manifest back as it was, the whole pod, and restarts nothing else.',
  losses: [manifestOf(component)],
  recovery: 'library',
  checks: partialLossChecks(evictionGuard, ...own),
  budgets: {
    ...lostManifests.budgets,
    milestones: { recovered: { ms: recoveredMs, perControlPlaneMs: 5_000 } },
  },
  expects: 'pass',
  drills: [
    {
      title: 'on one control plane',
      topology: { controlPlanes: 1, workers: 1 },
      in: inCi.has(component) ? 'ci' : 'nightly',
    },
    { title: 'on two control planes', topology: { controlPlanes: 2, workers: 1 }, in: 'nightly' },
  ],
})

const served = apiNeverDown({ longestGapMs: 3000 })

/** The manifest of one static pod lost, for each of them. Late evictions are waited for where kubelets cannot reach the API meanwhile. */
export const lostOneManifest: readonly Scenario[] = [
  // Before kubelet starts etcd it deletes its mirror pod, and an API server without etcd answers that only after 34 s, twice.
  lostManifest('etcd', 110_000, noEviction),
  // kubelet waits up to 20 s before it starts a controller manager or scheduler that has ended twice.
  lostManifest('kube-apiserver', 60_000, noEviction),
  lostManifest('kube-controller-manager', 60_000, served),
  lostManifest('kube-scheduler', 60_000, served),
]
