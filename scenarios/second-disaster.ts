import { manifestEdits } from '../harness/faults/manifest-edits.ts'
import type { Scenario } from '../harness/model/scenario.ts'
import { lostPki } from './lost-pki.ts'

export const secondDisaster: Scenario = {
  id: 'second-disaster',
  title: 'lost-pki, repaired; its manifests edited by hand; lost-pki again',
  hypothesis: 'The library restores what ran last: the edits come back, and nothing of the first repair.',
  earlier: { losses: lostPki.losses, edits: manifestEdits() },
  losses: lostPki.losses,
  recovery: 'library',
  checks: lostPki.checks,
  budgets: lostPki.budgets,
  expects: 'pass',
  drills: [{ title: 'a second time, after edits', topology: { controlPlanes: 1, workers: 1 }, in: 'nightly' }],
}
