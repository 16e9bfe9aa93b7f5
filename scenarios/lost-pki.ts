import { aggregatedApiServed } from '../harness/checks/aggregated-api-served/check.ts'
import { apiClientsWork } from '../harness/checks/api-clients-work/check.ts'
import { clusterInfoValid } from '../harness/checks/cluster-info-valid/check.ts'
import { clusterUsable } from '../harness/checks/cluster-usable/check.ts'
import { controlPlanesAgree } from '../harness/checks/control-planes-agree/check.ts'
import { dataKept } from '../harness/checks/data-kept/check.ts'
import { faultProved } from '../harness/checks/fault-proved/check.ts'
import { noConfigDrift } from '../harness/checks/no-config-drift/check.ts'
import { newWorkerJoins } from '../harness/checks/new-worker-joins/check.ts'
import { healthyBefore } from '../harness/checks/healthy-before/check.ts'
import { noDowntime } from '../harness/checks/no-downtime/check.ts'
import { evictionGuard } from '../harness/checks/eviction-guard/check.ts'
import { noEviction } from '../harness/checks/no-eviction/check.ts'
import { nothingElseReplaced } from '../harness/checks/nothing-else-replaced/check.ts'
import { oldCredentialsRejected } from '../harness/checks/old-credentials-rejected/check.ts'
import { recovered } from '../harness/checks/recovered/check.ts'
import { tokensReissued } from '../harness/checks/tokens-reissued/check.ts'
import { workloadsUndisturbed } from '../harness/checks/workloads-undisturbed/check.ts'
import { controlPlaneFiles } from '../harness/faults/control-plane-files.ts'
import { mountedFiles } from '../harness/faults/mounted-files.ts'
import type { Scenario } from '../harness/model/scenario.ts'
import { noDowntimeBudget } from './partial-loss.ts'

export const lostPki: Scenario = {
  id: 'lost-pki',
  title: 'Everything below /etc/kubernetes is deleted on all control planes at once',
  hypothesis: 'The library repairs the control plane with new keys, and no workload notices anything.',
  losses: [controlPlaneFiles(), mountedFiles],
  recovery: 'library',
  checks: [
    healthyBefore,
    faultProved,
    recovered,
    workloadsUndisturbed,
    noDowntime,
    noEviction,
    evictionGuard,
    dataKept,
    tokensReissued,
    apiClientsWork,
    aggregatedApiServed,
    nothingElseReplaced,
    controlPlanesAgree,
    noConfigDrift,
    clusterInfoValid,
    oldCredentialsRejected,
    // Last, because they make a node and pods of their own.
    newWorkerJoins,
    clusterUsable,
  ],
  budgets: {
    ...noDowntimeBudget,
    milestones: {
      recovered: { ms: 50_000, perControlPlaneMs: 5_000, perWorkerMs: 3_000 },
      // Until then nothing new can be scheduled, and old tokens run out.
      'nodes-ready': { ms: 45_000 },
      'tokens-reissued': { ms: 45_000 },
    },
    // A fifth more than the reference host uses with three control planes.
    cpuSeconds: { seconds: 65, perControlPlane: 10, perWorker: 5 },
  },
  expects: 'pass',
  drills: [
    { title: 'on one control plane', topology: { controlPlanes: 1, workers: 2 }, in: 'nightly' },
    // The built-in workload runs beside the database.
    {
      title: 'with a database',
      topology: { controlPlanes: 1, workers: 2 },
      options: ['--workload', 'database', '--second-prober'],
      in: 'ci',
    },
    {
      title: 'with static pods that run as other users than root',
      topology: { controlPlanes: 1, workers: 1 },
      options: ['--kubeadm-patch', 'examples/rootless.yaml'],
      in: 'nightly',
    },
    {
      title: 'with flannel, metrics-server, cert-manager, local-path-provisioner and traefik',
      topology: { controlPlanes: 1, workers: 2 },
      // The two pods of traefik are restarted one after the other, and each takes 10 s to end.
      options: ['--workload', 'neighbours', '--budget', 'recovered=70'],
      in: 'nightly',
    },
    { title: 'on two control planes', topology: { controlPlanes: 2, workers: 1 }, in: 'nightly' },
    {
      title: 'on three control planes',
      topology: { controlPlanes: 3, workers: 2 },
      options: ['--second-prober'],
      in: 'ci',
    },
    {
      title: 'on a hardened cluster, killed in the middle of a step and run again',
      topology: { controlPlanes: 1, workers: 1 },
      options: ['--kubeadm-patch', 'examples/hardened.yaml', '--interrupt-in', 'start-etcd'],
      in: 'ci',
    },
    {
      title: 'on a hardened cluster',
      topology: { controlPlanes: 1, workers: 1 },
      options: ['--kubeadm-patch', 'examples/hardened.yaml'],
      in: 'nightly',
    },
    ...[1, 2].map((controlPlanes): Scenario['drills'][number] => ({
      title: 'in an ordinary neighbourhood',
      topology: { controlPlanes, workers: 2 },
      // One of its pods takes 12 s to end before it is started again.
      options: ['--workload', 'examples/neighbourhood', '--budget', 'recovered=70', '--eviction-window', '600'],
      in: 'nightly',
    })),
    {
      title: 'beside a Node that was not Ready before',
      topology: { controlPlanes: 1, workers: 2 },
      options: ['--workload', 'examples/neighbourhood-not-ready'],
      in: 'nightly',
    },
    {
      title: 'killed in the middle of a step and run again',
      topology: { controlPlanes: 1, workers: 1 },
      options: ['--interrupt-in', 'start-etcd'],
      in: 'nightly',
    },
    ...['--distribution upload-certs', '--kubelets bootstrap', '--controllers paused', '--clients recreate'].map(
      (option): Scenario['drills'][number] => ({
        title: `with ${option}`,
        topology: { controlPlanes: 2, workers: 1 },
        options: option.split(' '),
        in: 'nightly',
      }),
    ),
    // The examples repair one thing after another.
    ...['examples/repair.sh', 'examples/repair.mjs'].map((runbook): Scenario['drills'][number] => ({
      title: `repaired by ${runbook}`,
      topology: { controlPlanes: 1, workers: 1 },
      options: ['--recovery', runbook, '--budget', 'recovered=120'],
      in: 'nightly',
    })),
  ],
}
