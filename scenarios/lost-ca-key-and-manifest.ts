import { apiNeverDown } from '../harness/checks/api-never-down/check.ts'
import { evictionGuard } from '../harness/checks/eviction-guard/check.ts'
import { noEviction } from '../harness/checks/no-eviction/check.ts'
import { caKeyAway } from '../harness/faults/ca-key-away.ts'
import { manifestOf } from '../harness/faults/manifests.ts'
import type { Scenario } from '../harness/model/scenario.ts'
import { lostManifests } from './lost-manifests.ts'
import { partialLossChecks } from './partial-loss.ts'

export const lostCaKeyAndManifest: Scenario = {
  id: 'lost-ca-key-and-manifest',
  title: 'ca.key is gone on all control planes; then they lose the manifest of kube-scheduler',
  hypothesis: 'The library puts the manifest back without the key, and leaves the CA that is in use as it is.',
  earlier: { losses: [], edits: caKeyAway() },
  losses: [manifestOf('kube-scheduler')],
  recovery: 'library',
  checks: partialLossChecks(noEviction, evictionGuard, apiNeverDown({ longestGapMs: 3000 })),
  budgets: {
    ...lostManifests.budgets,
    milestones: { recovered: { ms: 60_000, perControlPlaneMs: 5_000 } },
  },
  expects: 'pass',
  drills: [
    { title: 'without the key of the CA', topology: { controlPlanes: 1, workers: 1 }, in: 'nightly' },
    {
      title: 'without the key of the CA, on two control planes',
      topology: { controlPlanes: 2, workers: 1 },
      in: 'nightly',
    },
  ],
}
