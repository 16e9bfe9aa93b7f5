import { apiNeverDown } from '../harness/checks/api-never-down/check.ts'
import { evictionGuard } from '../harness/checks/eviction-guard/check.ts'
import { noEviction } from '../harness/checks/no-eviction/check.ts'
import { expiredCertificates } from '../harness/faults/expired-certificates.ts'
import type { Scenario } from '../harness/model/scenario.ts'
import { lostKubeletCredentials } from './lost-kubelet-credentials.ts'
import { noDowntimeBudget, partialLossChecks } from './partial-loss.ts'

export const expiredControlPlaneCertificates: Scenario = {
  id: 'expired-certificates',
  title: 'Every certificate of the control planes has expired, those of their kubelets too; the CAs are valid',
  hypothesis: 'The library issues new ones from the same CAs, and restarts only what has an expired one in memory.',
  losses: [expiredCertificates({ on: 'control-planes' })],
  recovery: 'library',
  checks: partialLossChecks(noEviction, evictionGuard),
  budgets: {
    ...noDowntimeBudget,
    milestones: { recovered: { ms: 60_000, perControlPlaneMs: 5_000 } },
    cpuSeconds: { seconds: 80, perControlPlane: 15 },
  },
  expects: 'pass',
  drills: [
    { title: 'on one control plane', topology: { controlPlanes: 1, workers: 1 }, in: 'ci' },
    { title: 'on two control planes', topology: { controlPlanes: 2, workers: 1 }, in: 'nightly' },
  ],
}

export const expiredKubeletCertificates: Scenario = {
  ...lostKubeletCredentials,
  id: 'expired-kubelet-certificates',
  title: "The client certificate of every worker's kubelet has expired",
  hypothesis: 'The library issues new ones from the same CA, and restarts those kubelets and nothing else.',
  losses: [expiredCertificates({ on: 'workers' })],
  checks: partialLossChecks(noEviction, evictionGuard, apiNeverDown({ longestGapMs: 3000 })),
  drills: [{ title: 'on one control plane', topology: { controlPlanes: 1, workers: 1 }, in: 'ci' }],
}
