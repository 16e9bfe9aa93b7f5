import { saKey } from '../harness/faults/sa-key.ts'
import type { Scenario } from '../harness/model/scenario.ts'
import { lostSaKeyOnOne } from './lost-sa-key-on-one.ts'

export const lostSaPub: Scenario = {
  ...lostSaKeyOnOne,
  id: 'lost-sa-pub',
  title: 'Only sa.pub is deleted on all control planes',
  hypothesis: 'The library derives it from the private half, and restarts nothing.',
  losses: [saKey({ on: 'control-planes', files: ['sa.pub'] })],
  drills: [
    { title: 'on one control plane', topology: { controlPlanes: 1, workers: 1 }, in: 'ci' },
    { title: 'on three control planes', topology: { controlPlanes: 3, workers: 1 }, in: 'nightly' },
  ],
}
