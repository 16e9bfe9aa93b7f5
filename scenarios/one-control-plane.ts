import { apiNeverDown } from '../harness/checks/api-never-down/check.ts'
import { oneControlPlaneFiles } from '../harness/faults/control-plane-files.ts'
import type { Scenario } from '../harness/model/scenario.ts'
import { noDowntimeBudget, partialLossChecks } from './partial-loss.ts'

/** Everything lost on one of three, for each of them. */
export const oneControlPlane: readonly Scenario[] = [1, 2, 3].map((lost) => ({
  id: `one-control-plane-${lost}`,
  title: `Everything below /etc/kubernetes is deleted on control plane ${lost} of 3`,
  hypothesis: 'The library repairs that control plane alone, with what the others have, while they serve.',
  losses: [oneControlPlaneFiles(lost)],
  recovery: 'library',
  checks: partialLossChecks(apiNeverDown({ longestGapMs: 3000, lostControlPlane: lost })),
  budgets: {
    ...noDowntimeBudget,
    milestones: { recovered: { ms: 40_000 } },
    cpuSeconds: { seconds: 50 },
  },
  expects: 'pass',
  drills: [
    {
      title: `with only control plane ${lost} lost`,
      // The first is asked first, and most depends on it: drilled in one series with the loss of all three.
      ...(lost === 1
        ? { topology: { controlPlanes: 3, workers: 2 }, options: ['--second-prober'], in: 'ci' }
        : { topology: { controlPlanes: 3, workers: 1 }, in: 'nightly' }),
    },
  ],
}))
