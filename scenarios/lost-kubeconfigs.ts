import { apiNeverDown } from '../harness/checks/api-never-down/check.ts'
import { kubeconfigs } from '../harness/faults/kubeconfigs.ts'
import type { Scenario } from '../harness/model/scenario.ts'
import { noDowntimeBudget, partialLossChecks } from './partial-loss.ts'

export const lostKubeconfigs: Scenario = {
  id: 'lost-kubeconfigs',
  title: 'Every control plane loses its kubeconfigs; the CA is intact',
  hypothesis: 'The library issues new kubeconfigs from the same CA, and restarts nothing.',
  losses: [kubeconfigs()],
  recovery: 'library',
  checks: partialLossChecks(apiNeverDown({ longestGapMs: 3000 })),
  budgets: {
    ...noDowntimeBudget,
    milestones: { recovered: { ms: 25_000, perControlPlaneMs: 5_000 } },
    cpuSeconds: { seconds: 50, perControlPlane: 10 },
  },
  expects: 'pass',
  drills: [
    { title: 'on one control plane', topology: { controlPlanes: 1, workers: 1 }, in: 'ci' },
    { title: 'on three control planes', topology: { controlPlanes: 3, workers: 1 }, in: 'nightly' },
  ],
}
