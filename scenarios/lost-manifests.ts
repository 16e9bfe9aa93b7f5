import { evictionGuard } from '../harness/checks/eviction-guard/check.ts'
import { noEviction } from '../harness/checks/no-eviction/check.ts'
import { manifests } from '../harness/faults/manifests.ts'
import type { Scenario } from '../harness/model/scenario.ts'
import { noDowntimeBudget, partialLossChecks } from './partial-loss.ts'

export const lostManifests: Scenario = {
  id: 'lost-manifests',
  title: 'Every control plane loses the manifests of its static pods; the CA is intact',
  hypothesis: 'The library puts the manifests back as they were, and restarts no kubelet.',
  losses: [manifests()],
  recovery: 'library',
  checks: partialLossChecks(noEviction, evictionGuard),
  budgets: {
    ...noDowntimeBudget,
    // kubelet looks for the lost directory every 20 s.
    milestones: { recovered: { ms: 70_000, perControlPlaneMs: 5_000 } },
    cpuSeconds: { seconds: 80, perControlPlane: 10 },
  },
  expects: 'pass',
  drills: [
    { title: 'on one control plane', topology: { controlPlanes: 1, workers: 1 }, in: 'package' },
    { title: 'on three control planes', topology: { controlPlanes: 3, workers: 1 }, in: 'nightly' },
  ],
}
