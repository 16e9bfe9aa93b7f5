import { newWorkerJoins } from '../harness/checks/new-worker-joins/check.ts'
import { externalCaMode } from '../harness/faults/ca-key-away.ts'
import type { Scenario } from '../harness/model/scenario.ts'
import { lostCaKeyAndManifest } from './lost-ca-key-and-manifest.ts'

export const externalCa: Scenario = {
  ...lostCaKeyAndManifest,
  id: 'external-ca',
  title:
    'Somebody outside signs for the cluster (external CA); then control planes lose the manifest of kube-scheduler',
  hypothesis: 'The library takes the missing ca.key for no loss, and puts the manifest back.',
  earlier: { losses: [], edits: externalCaMode() },
  // A machine that joins needs a signature from outside.
  checks: lostCaKeyAndManifest.checks.filter((check) => check !== newWorkerJoins),
  drills: [{ title: 'whose CA is external', topology: { controlPlanes: 1, workers: 1 }, in: 'ci' }],
}
