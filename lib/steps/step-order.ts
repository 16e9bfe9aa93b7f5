import { PreconditionError } from '../engine/errors.ts'
import type { RecoveryOptions } from '../engine/options.ts'
import type { Step } from '../engine/step.ts'
import { approveServingCertificates } from './approve-serving-certificates.ts'
import { awaitApiServers } from './await-api-servers.ts'
import { awaitKubelets } from './await-kubelets.ts'
import { checkApiClients } from './check-api-clients.ts'
import { checkEtcd } from './check-etcd.ts'
import { checkTokens } from './check-tokens.ts'
import { dropRetiredSaKeys } from './drop-retired-sa-keys.ts'
import { finalizeKubeletConf } from './finalize-kubelet-conf.ts'
import { findLostTrust } from './find-lost-trust.ts'
import { findStalePods } from './find-stale-pods.ts'
import { finishRefusedWrites } from './finish-refused-writes.ts'
import { holdLeaderElection } from './hold-leader-election.ts'
import { issueAllCertificates } from './issue-certificates.ts'
import { issueControlPlaneCertificates } from './issue-control-plane-certificates.ts'
import { issueEtcdCertificates } from './issue-etcd-certificates.ts'
import { joinKubelets } from './join-kubelets.ts'
import { letStaticPodsRead } from './let-static-pods-read.ts'
import { pruneStaleCas } from './prune-stale-cas.ts'
import { publishRootCa } from './publish-root-ca.ts'
import { reissueSecretTokens } from './reissue-secret-tokens.ts'
import { removeControlPlaneSandboxes } from './remove-control-plane-sandboxes.ts'
import { removeStagedFiles } from './remove-staged-files.ts'
import { renewClusterInfo } from './renew-cluster-info.ts'
import { renewKubeletConnections } from './renew-kubelet-connections.ts'
import { renewMountedTokens } from './renew-mounted-tokens.ts'
import { restartApiClients } from './restart-api-clients.ts'
import { restartApiServers } from './restart-api-servers.ts'
import { restartControllerManagers } from './restart-controller-managers.ts'
import { restartDisconnectedApiServers } from './restart-disconnected-api-servers.ts'
import { restartExpiredComponents } from './restart-expired-components.ts'
import { restartKubelets } from './restart-kubelets.ts'
import { restartLateApiClients } from './restart-late-api-clients.ts'
import { restartOutdatedEtcd } from './restart-outdated-etcd.ts'
import { restoreFirstSharedCerts } from './restore-first-shared-certs.ts'
import { restoreSaKey } from './restore-sa-key.ts'
import { restoreSharedCerts } from './restore-shared-certs.ts'
import { runTemporaryControllerManager } from './run-temporary-controller-manager.ts'
import { stageConfiguration } from './stage-configuration.ts'
import { startApiServers } from './start-api-servers.ts'
import { startControllerManager } from './start-controller-manager.ts'
import { startEtcd } from './start-etcd.ts'
import { startFirstApiServer } from './start-first-api-server.ts'
import { startOtherControllerManagers } from './start-other-controller-managers.ts'
import { startRestrictedControllerManager } from './start-restricted-controller-manager.ts'
import { startScheduler } from './start-scheduler.ts'
import { stopControlPlanes } from './stop-control-planes.ts'
import { uploadSharedCerts } from './upload-certs.ts'
import { verifyCluster } from './verify-cluster.ts'
import { watchApiClients } from './watch-api-clients.ts'

/**
 * The steps in the order that does no harm wherever it is interrupted: until `check-etcd` nothing runs that could delete
 * anything, and from then until `start-controller-manager` no leader exists that could evict.
 *
 * Controller managers and schedulers are started as soon as their leases can be held, because a static pod counts as
 * Ready 20 s after its start. That needs one API server, so the first control plane's goes ahead; it is ready in half
 * the time that all of them take together.
 */
export function repairSteps(options: RecoveryOptions): readonly Step[] {
  const { distribution, kubelets, controllers, clients } = options
  if (kubelets === 'bootstrap' && controllers === 'paused') {
    throw new PreconditionError(
      "--kubelets bootstrap with --controllers paused: only a controller manager signs the kubelets' certificates; omit one of the two",
      { reason: 'contradictory-options' },
    )
  }
  const central = kubelets === 'central'
  const held = controllers === 'allow-list'
  const issue = central ? issueAllCertificates : issueControlPlaneCertificates
  const copied = [
    restoreSharedCerts,
    issue,
    letStaticPodsRead,
    restartOutdatedEtcd,
    startEtcd,
    checkEtcd,
    restartDisconnectedApiServers,
    ...(held ? [startFirstApiServer] : []),
  ]
  const ahead = [
    restoreFirstSharedCerts,
    issueEtcdCertificates,
    restartOutdatedEtcd,
    startEtcd,
    checkEtcd,
    restartDisconnectedApiServers,
    startFirstApiServer,
  ]
  return [
    stageConfiguration,
    removeControlPlaneSandboxes,
    restoreSaKey(options),
    // After the API servers that run were asked by which keys they verify tokens.
    stopControlPlanes,
    ...(distribution === 'copy' ? copied : [...ahead, uploadSharedCerts, issue, letStaticPodsRead]),
    ...(held ? [startRestrictedControllerManager, holdLeaderElection] : []),
    startApiServers,
    // Before they are asked to log more, which a restart would undo.
    restartApiServers(options),
    watchApiClients,
    awaitApiServers,
    restartControllerManagers(options),
    ...(held ? [publishRootCa, reissueSecretTokens(options)] : [renewClusterInfo, runTemporaryControllerManager]),
    ...(central ? [restartKubelets] : [renewClusterInfo, joinKubelets]),
    awaitKubelets,
    // They may evict, so every Node is back by then.
    restartExpiredComponents,
    startScheduler,
    startControllerManager,
    renewMountedTokens(options),
    checkTokens(options.tokens),
    startOtherControllerManagers,
    restartApiClients(clients),
    finishRefusedWrites,
    // A webhook may refuse these too until its pods were restarted.
    ...(central && held ? [renewClusterInfo] : []),
    pruneStaleCas,
    approveServingCertificates,
    finalizeKubeletConf,
    renewKubeletConnections,
    checkApiClients(clients),
    verifyCluster,
    restartLateApiClients(clients),
    findLostTrust,
    findStalePods,
    removeStagedFiles,
  ]
}

/** The steps that end the time in which tokens of a lost service-account key are accepted. */
export function finishSteps({ clients, ...options }: RecoveryOptions): readonly Step[] {
  return [
    dropRetiredSaKeys,
    restartApiServers(options),
    watchApiClients,
    awaitApiServers,
    restartApiClients(clients),
    checkApiClients(clients),
    verifyCluster,
    restartLateApiClients(clients),
    findLostTrust,
    removeStagedFiles,
  ]
}
