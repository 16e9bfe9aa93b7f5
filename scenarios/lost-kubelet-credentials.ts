import { apiNeverDown } from '../harness/checks/api-never-down/check.ts'
import { evictionGuard } from '../harness/checks/eviction-guard/check.ts'
import { noEviction } from '../harness/checks/no-eviction/check.ts'
import { kubeletCredentials } from '../harness/faults/kubelet-credentials.ts'
import type { Scenario } from '../harness/model/scenario.ts'
import { noDowntimeBudget, partialLossChecks } from './partial-loss.ts'

export const lostKubeletCredentials: Scenario = {
  id: 'lost-kubelet-credentials',
  title: 'Every worker loses its kubelet credentials; the control plane is intact',
  hypothesis: 'The library issues new kubelet credentials, and replaces and restarts nothing else.',
  losses: [kubeletCredentials({ on: 'workers' })],
  recovery: 'library',
  checks: partialLossChecks(noEviction, evictionGuard, apiNeverDown({ longestGapMs: 3000 })),
  budgets: {
    ...noDowntimeBudget,
    // The controller manager marks a Node that is silent for 50 s, and takes its pods out of their Services.
    milestones: { recovered: { ms: 40_000, perControlPlaneMs: 5_000 } },
    cpuSeconds: { seconds: 80, perControlPlane: 10 },
  },
  expects: 'pass',
  drills: [
    { title: 'on one control plane', topology: { controlPlanes: 1, workers: 2 }, in: 'ci' },
    { title: 'on three control planes', topology: { controlPlanes: 3, workers: 2 }, in: 'nightly' },
  ],
}

export const lostControlPlaneKubeletCredentials: Scenario = {
  ...lostKubeletCredentials,
  id: 'lost-control-plane-kubelet-credentials',
  title: 'Every control plane loses its kubelet credentials; its static pods run on',
  losses: [kubeletCredentials({ on: 'control-planes' })],
  drills: [
    { title: 'on one control plane', topology: { controlPlanes: 1, workers: 1 }, in: 'package' },
    { title: 'on three control planes', topology: { controlPlanes: 3, workers: 1 }, in: 'nightly' },
  ],
}
