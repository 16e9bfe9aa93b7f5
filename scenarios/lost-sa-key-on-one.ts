import { apiNeverDown } from '../harness/checks/api-never-down/check.ts'
import { saKeysLoaded } from '../harness/checks/sa-keys-loaded/check.ts'
import { saKey } from '../harness/faults/sa-key.ts'
import type { Scenario } from '../harness/model/scenario.ts'
import { lostSaKey } from './lost-sa-key.ts'
import { partialLossChecks } from './partial-loss.ts'

export const lostSaKeyOnOne: Scenario = {
  id: 'lost-sa-key-on-one',
  title: 'The service-account key is deleted on one control plane',
  hypothesis: 'The library copies it from another control plane, and restarts nothing.',
  losses: [saKey({ on: 'last-control-plane', files: ['sa.key', 'sa.pub'] })],
  recovery: 'library',
  // No kubelet is restarted, so no Node can be silent and lose its pods late.
  checks: partialLossChecks(apiNeverDown({ longestGapMs: 3000 }), saKeysLoaded),
  budgets: {
    ...lostSaKey.budgets,
    milestones: { recovered: { ms: 20_000, perControlPlaneMs: 3000 } },
    cpuSeconds: { seconds: 30, perControlPlane: 10 },
  },
  expects: 'pass',
  drills: [
    { title: 'on one of two control planes', topology: { controlPlanes: 2, workers: 1 }, in: 'ci' },
    { title: 'on one of three control planes', topology: { controlPlanes: 3, workers: 1 }, in: 'nightly' },
  ],
}
