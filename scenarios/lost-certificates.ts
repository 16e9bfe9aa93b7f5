import { everyCertificatesDirectory } from '../harness/faults/certificates-directory.ts'
import type { Scenario } from '../harness/model/scenario.ts'
import { lostPki } from './lost-pki.ts'

export const lostCertificates: Scenario = {
  ...lostPki,
  id: 'lost-certificates',
  title: 'The directory of certificates is deleted on all control planes; their static pods run on',
  hypothesis: 'The library stops what runs with the lost CAs, makes new ones, and no workload notices anything.',
  losses: [everyCertificatesDirectory()],
  drills: [
    { title: 'on one control plane', topology: { controlPlanes: 1, workers: 1 }, in: 'nightly' },
    { title: 'on two control planes', topology: { controlPlanes: 2, workers: 1 }, in: 'nightly' },
  ],
}
