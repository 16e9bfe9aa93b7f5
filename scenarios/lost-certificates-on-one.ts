import { apiNeverDown } from '../harness/checks/api-never-down/check.ts'
import { certificatesDirectory } from '../harness/faults/certificates-directory.ts'
import type { Scenario } from '../harness/model/scenario.ts'
import { noDowntimeBudget, partialLossChecks } from './partial-loss.ts'

const lost = 2

export const lostCertificatesOnOne: Scenario = {
  id: 'lost-certificates-on-one',
  title: 'The directory of certificates is deleted on one control plane of 3; its static pods run on',
  hypothesis:
    'The library brings the certificates back with the CAs of the others, and restarts what still mounts the deleted directory.',
  losses: [certificatesDirectory(lost)],
  recovery: 'library',
  checks: partialLossChecks(apiNeverDown({ longestGapMs: 3000, lostControlPlane: lost })),
  budgets: {
    ...noDowntimeBudget,
    milestones: { recovered: { ms: 60_000 } },
    cpuSeconds: { seconds: 120 },
  },
  expects: 'pass',
  drills: [
    {
      title: 'on one control plane of three',
      topology: { controlPlanes: 3, workers: 2 },
      options: ['--second-prober'],
      in: 'nightly',
    },
  ],
}
