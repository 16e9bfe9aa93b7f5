import { apiServedThroughRestarts } from '../harness/checks/api-served-through-restarts/check.ts'
import { evictionGuard } from '../harness/checks/eviction-guard/check.ts'
import { noEviction } from '../harness/checks/no-eviction/check.ts'
import { saKeysLoaded } from '../harness/checks/sa-keys-loaded/check.ts'
import { saKey } from '../harness/faults/sa-key.ts'
import type { Scenario } from '../harness/model/scenario.ts'
import { noDowntimeBudget, partialLossChecks } from './partial-loss.ts'

export const lostSaKey: Scenario = {
  id: 'lost-sa-key',
  title: 'The service-account key is deleted on all control planes',
  hypothesis:
    'The library signs with a new key, reissues every token, goes on to accept old ones for a while, and no API client notices.',
  losses: [saKey({ on: 'control-planes', files: ['sa.key', 'sa.pub'] })],
  recovery: 'library',
  checks: partialLossChecks(
    noEviction,
    evictionGuard,
    // An API server starts in 5 to 7 s here; controller manager and scheduler give up their lease after 10 s without it.
    apiServedThroughRestarts({ longestGapMs: 3000, restartMs: 20_000 }),
    saKeysLoaded,
  ),
  budgets: {
    ...noDowntimeBudget,
    milestones: {
      // A static pod counts as Ready 20 s after its start.
      recovered: { ms: 55_000, perControlPlaneMs: 10_000 },
      'tokens-reissued': { ms: 40_000, perControlPlaneMs: 10_000 },
    },
    cpuSeconds: { seconds: 80, perControlPlane: 20 },
  },
  expects: 'pass',
  drills: [
    { title: 'on one control plane', topology: { controlPlanes: 1, workers: 2 }, in: 'nightly' },
    { title: 'on two control planes', topology: { controlPlanes: 2, workers: 1 }, in: 'ci' },
    { title: 'on three control planes', topology: { controlPlanes: 3, workers: 2 }, in: 'nightly' },
    {
      title: 'and kubelets renew tokens in their own time',
      topology: { controlPlanes: 1, workers: 1 },
      options: ['--lazy'],
      in: 'nightly',
    },
    {
      title: 'and somebody else may have it',
      topology: { controlPlanes: 2, workers: 1 },
      options: ['--compromised', 'sa-key'],
      in: 'nightly',
    },
    {
      title: 'and the repair is killed between two API servers',
      topology: { controlPlanes: 2, workers: 1 },
      options: ['--interrupt-in', 'restart-api-servers:8'],
      in: 'nightly',
    },
  ],
}
