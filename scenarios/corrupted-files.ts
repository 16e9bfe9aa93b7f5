import { apiNeverDown } from '../harness/checks/api-never-down/check.ts'
import { corruptedFiles as damaged } from '../harness/faults/corrupted-files.ts'
import type { Scenario } from '../harness/model/scenario.ts'
import { lostKubeconfigs } from './lost-kubeconfigs.ts'
import { partialLossChecks } from './partial-loss.ts'

export const corruptedFiles: Scenario = {
  id: 'corrupted-files',
  title: 'Certificates, keys and kubeconfigs of one control plane are truncated, empty, swapped or of another cluster',
  hypothesis: 'The library copies what all share from another control plane, issues the rest, and restarts nothing.',
  losses: [damaged(2)],
  recovery: 'library',
  checks: partialLossChecks(apiNeverDown({ longestGapMs: 3000 })),
  budgets: lostKubeconfigs.budgets,
  expects: 'pass',
  drills: [{ title: 'on one of two control planes', topology: { controlPlanes: 2, workers: 1 }, in: 'ci' }],
}
