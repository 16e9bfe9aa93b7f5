import { approveServingCertificates } from './steps/approve-serving-certificates.ts'
import { awaitApiServers } from './steps/await-api-servers.ts'
import { awaitKubelets } from './steps/await-kubelets.ts'
import { checkApiClients } from './steps/check-api-clients.ts'
import { checkEtcd } from './steps/check-etcd.ts'
import { checkTokens } from './steps/check-tokens.ts'
import { verifyCluster } from './steps/verify-cluster.ts'
import { finalizeKubeletConf } from './steps/finalize-kubelet-conf.ts'
import { pruneStaleCas } from './steps/prune-stale-cas.ts'
import { restartLateApiClients } from './steps/restart-late-api-clients.ts'
import { issueAllCertificates, issueControlPlaneCertificates } from './steps/issue-certificates.ts'
import { issueEtcdCertificates } from './steps/issue-etcd-certificates.ts'
import { preflight } from './steps/preflight.ts'
import { publishRootCa } from './steps/publish-root-ca.ts'
import { reissueSecretTokens } from './steps/reissue-secret-tokens.ts'
import { removeControlPlaneSandboxes } from './steps/remove-control-plane-sandboxes.ts'
import { renewClusterInfo } from './steps/renew-cluster-info.ts'
import { restartApiClients } from './steps/restart-api-clients.ts'
import { joinKubelets, restartKubelets } from './steps/restart-kubelets.ts'
import { restoreSharedCerts, restoreFirstSharedCerts, uploadSharedCerts } from './steps/restore-shared-certs.ts'
import { runTemporaryControllerManager } from './steps/run-temporary-controller-manager.ts'
import { startApiServers, startFirstApiServer } from './steps/start-api-servers.ts'
import { startControllerManager, startOtherControllerManagers } from './steps/start-controller-manager.ts'
import { startEtcd } from './steps/start-etcd.ts'
import { startRestrictedControllerManager } from './steps/start-restricted-controller-manager.ts'
import { holdLeaderElection } from './steps/hold-leader-election.ts'
import { startScheduler } from './steps/start-scheduler.ts'
import { watchApiClients } from './steps/watch-api-clients.ts'
import { PreconditionError } from './engine/errors.ts'
import type { RecoveryOptions } from './engine/options.ts'
import type { Step } from './engine/step.ts'

/**
 * The repair, in the order that does no harm wherever it is cut: until `check-etcd` nothing runs that could delete
 * anything, and from then until `start-controller-manager` nobody leads who could evict.
 *
 * Controller managers and schedulers are started as early as they can be held back, because a static pod counts as
 * Ready 20 s after its start. That needs one API server, so that of the first control plane goes ahead; it is ready in
 * half the time that they all take together.
 */
export function librarySteps({ distribution, kubelets, controllers, clients }: RecoveryOptions): readonly Step[] {
  if (kubelets === 'bootstrap' && controllers === 'paused') {
    throw new PreconditionError(
      "--kubelets bootstrap with --controllers paused: nobody would sign the kubelets' certificates, because the controller manager does that",
    )
  }
  const central = kubelets === 'central'
  const held = controllers === 'allow-list'
  const issue = central ? issueAllCertificates : issueControlPlaneCertificates
  return [
    preflight,
    removeControlPlaneSandboxes,
    ...(distribution === 'copy'
      ? [restoreSharedCerts, issue, startEtcd, checkEtcd, ...(held ? [startFirstApiServer] : [])]
      : [
          restoreFirstSharedCerts,
          issueEtcdCertificates,
          startEtcd,
          checkEtcd,
          startFirstApiServer,
          uploadSharedCerts,
          issue,
        ]),
    ...(held ? [startRestrictedControllerManager, holdLeaderElection] : []),
    startApiServers,
    watchApiClients,
    awaitApiServers,
    ...(held ? [publishRootCa, reissueSecretTokens] : [renewClusterInfo, runTemporaryControllerManager]),
    ...(central ? [restartKubelets] : [renewClusterInfo, joinKubelets]),
    awaitKubelets,
    startScheduler,
    startControllerManager,
    checkTokens,
    startOtherControllerManagers,
    ...(central && held ? [renewClusterInfo] : []),
    pruneStaleCas,
    restartApiClients(clients),
    approveServingCertificates,
    finalizeKubeletConf,
    checkApiClients(clients),
    verifyCluster,
    restartLateApiClients(clients),
  ]
}
