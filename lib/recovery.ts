import { askOnce } from './engine/ask-once.ts'
import { PreconditionError } from './engine/errors.ts'
import { giveBack } from './engine/holds.ts'
import { defaultOptions, type RecoveryOptions } from './engine/options.ts'
import type { RecoveryResult } from './engine/recovery-result.ts'
import { withResult } from './engine/with-result.ts'
import {
  inStep,
  isRepairNeeded,
  previewSteps,
  runPreflight,
  runSteps,
  type AnyRecovery,
  type Inventory,
  type PlannedStep,
  type Preflight,
  type Recovery,
  type RecoveryContext,
  type Step,
} from './engine/step.ts'
import { finishPreconditions, repairPreconditions } from './preflight/preconditions.ts'
import { stopOrphanedScripts } from './shell/orphaned-scripts.ts'
import { approveServingCertificates } from './steps/approve-serving-certificates.ts'
import { awaitApiServers } from './steps/await-api-servers.ts'
import { awaitKubelets } from './steps/await-kubelets.ts'
import { checkApiClients } from './steps/check-api-clients.ts'
import { checkEtcd } from './steps/check-etcd.ts'
import { checkTokens } from './steps/check-tokens.ts'
import { dropRetiredSaKeys } from './steps/drop-retired-sa-keys.ts'
import { finalizeKubeletConf } from './steps/finalize-kubelet-conf.ts'
import { findLostTrust } from './steps/find-lost-trust.ts'
import { finishRefusedWrites } from './steps/finish-refused-writes.ts'
import { holdLeaderElection } from './steps/hold-leader-election.ts'
import { issueAllCertificates } from './steps/issue-certificates.ts'
import { issueControlPlaneCertificates } from './steps/issue-control-plane-certificates.ts'
import { issueEtcdCertificates } from './steps/issue-etcd-certificates.ts'
import { joinKubelets } from './steps/join-kubelets.ts'
import { preflight } from './steps/preflight.ts'
import { pruneStaleCas } from './steps/prune-stale-cas.ts'
import { publishRootCa } from './steps/publish-root-ca.ts'
import { reissueSecretTokens } from './steps/reissue-secret-tokens.ts'
import { removeControlPlaneSandboxes } from './steps/remove-control-plane-sandboxes.ts'
import { removeStagedFiles } from './steps/remove-staged-files.ts'
import { renewClusterInfo } from './steps/renew-cluster-info.ts'
import { renewKubeletConnections } from './steps/renew-kubelet-connections.ts'
import { renewMountedTokens } from './steps/renew-mounted-tokens.ts'
import { restartApiClients } from './steps/restart-api-clients.ts'
import { restartApiServers } from './steps/restart-api-servers.ts'
import { restartControllerManagers } from './steps/restart-controller-managers.ts'
import { restartDisconnectedApiServers } from './steps/restart-disconnected-api-servers.ts'
import { restartExpiredComponents } from './steps/restart-expired-components.ts'
import { restartKubelets } from './steps/restart-kubelets.ts'
import { restartLateApiClients } from './steps/restart-late-api-clients.ts'
import { restartOutdatedEtcd } from './steps/restart-outdated-etcd.ts'
import { restoreFirstSharedCerts } from './steps/restore-first-shared-certs.ts'
import { restoreSaKey } from './steps/restore-sa-key.ts'
import { restoreSharedCerts } from './steps/restore-shared-certs.ts'
import { runTemporaryControllerManager } from './steps/run-temporary-controller-manager.ts'
import { stageConfiguration } from './steps/stage-configuration.ts'
import { startApiServers } from './steps/start-api-servers.ts'
import { startControllerManager } from './steps/start-controller-manager.ts'
import { startEtcd } from './steps/start-etcd.ts'
import { startFirstApiServer } from './steps/start-first-api-server.ts'
import { startOtherControllerManagers } from './steps/start-other-controller-managers.ts'
import { startRestrictedControllerManager } from './steps/start-restricted-controller-manager.ts'
import { startScheduler } from './steps/start-scheduler.ts'
import { stopControlPlanes } from './steps/stop-control-planes.ts'
import { uploadSharedCerts } from './steps/upload-certs.ts'
import { verifyCluster } from './steps/verify-cluster.ts'
import { watchApiClients } from './steps/watch-api-clients.ts'

/**
 * Recovers a kubeadm cluster whose control planes lost everything under /etc/kubernetes, with new CAs and a new
 * service-account key, while its containers keep running. Throws PreconditionError for options that contradict each
 * other.
 */
export function libraryRecovery(options: RecoveryOptions = defaultOptions): Recovery {
  return {
    id: 'library',
    title: 'New certificates for the whole cluster, etcd first, while the workloads keep running',
    preflight: preflight(repairPreconditions(options)),
    steps: stepsFor(options),
    giveBack: ({ learned }, context) => giveBack(learned.holds, context),
  }
}

/**
 * Ends the time in which tokens of a lost service-account key are accepted. Refuses while the cluster has any, and
 * restarts clients that keep one in memory.
 */
export function finishRecovery(options: RecoveryOptions = defaultOptions): Recovery {
  const { clients } = options
  return {
    id: 'finish',
    title: 'Lost service-account keys are accepted no more',
    preflight: preflight(finishPreconditions),
    giveBack: ({ learned }, context) => giveBack(learned.holds, context),
    steps: [
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
    ],
  }
}

/**
 * The steps in the order that does no harm wherever it is interrupted: until `check-etcd` nothing runs that could delete
 * anything, and from then until `start-controller-manager` no leader exists that could evict.
 *
 * Controller managers and schedulers are started as soon as their leases can be held, because a static pod counts as
 * Ready 20 s after its start. That needs one API server, so the first control plane's goes ahead; it is ready in half
 * the time that all of them take together.
 */
function stepsFor(options: RecoveryOptions): readonly Step[] {
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
    stopControlPlanes,
    removeControlPlaneSandboxes,
    restoreSaKey(options),
    ...(distribution === 'copy' ? copied : [...ahead, uploadSharedCerts, issue]),
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
    removeStagedFiles,
  ]
}

/** All steps of a recovery in their order, known before there is a machine. */
export function stepsOf({ preflight, steps }: AnyRecovery): readonly Pick<Step, 'id' | 'title'>[] {
  return [preflight, ...steps]
}

/**
 * Runs a recovery from its first step to its last, where any of them finds something to do. Gives what it came to. Rejects with
 * StepError at the first step that fails, with PreconditionError for an inventory that contradicts itself, or with the signal's
 * reason. However it ends, its last event is `recovery.ended`, which has the result of a recovery that failed too.
 */
export async function runRecovery(recovery: AnyRecovery, context: RecoveryContext): Promise<RecoveryResult> {
  return withResult(recovery.preflight.id, context, (recorded) => carryOut(recovery, recorded))
}

async function carryOut(recovery: AnyRecovery, given: RecoveryContext): Promise<'recovered' | 'nothing-to-do'> {
  const { preflight, steps } = recovery
  const repair = { begins: false }
  const context = { ...given, inventory: askedOnce(given.inventory, () => repair.begins) }
  const cluster = await beginRecovery(preflight, context)
  if (!(await isRepairNeeded(steps, cluster, context))) {
    await inStep(preflight, context, async () => preflight.refuseIdle?.(cluster))
    preflight.report?.(cluster, context)
    context.emit({ type: 'recovery.not-needed', title: 'Nothing to do: nothing is lost or damaged' })
    return 'nothing-to-do'
  }
  repair.begins = true
  try {
    await runSteps(steps, cluster, context)
  } finally {
    await recovery.giveBack?.(cluster, context)
  }
  preflight.report?.(cluster, context)
  return 'recovered'
}

/** Stops orphaned scripts, then runs the first step. Gives the surveyed cluster, for runSteps. */
export async function beginRecovery<C>(preflight: Preflight<C>, context: RecoveryContext): Promise<C> {
  refuseContradictions(context.inventory)
  return runPreflight(preflight, context, stopOrphanedScripts)
}

/** What a recovery would do now; changes nothing. Rejects with PreconditionError where the recovery would be refused. */
export async function previewRecovery(
  { preflight, steps }: AnyRecovery,
  repairContext: RecoveryContext,
): Promise<readonly PlannedStep[]> {
  refuseContradictions(repairContext.inventory)
  const context = { ...repairContext, inventory: askedOnce(repairContext.inventory) }
  const cluster = await preflight.survey(context)
  const { id, title } = preflight
  const planned = await previewSteps(steps, cluster, context)
  const isIdle = planned.every(({ actions }) => actions.length === 0)
  if (isIdle) preflight.refuseIdle?.(cluster)
  const actions = isIdle ? [] : ((await preflight.preview?.(cluster, context)) ?? [])
  return [{ id, title, actions }, ...planned]
}

const askedOnce = ({ controlPlanes, workers, ...rest }: Inventory, isOver?: () => boolean): Inventory => ({
  ...rest,
  controlPlanes: controlPlanes.map((node) => askOnce(node, isOver)),
  workers: workers.map((node) => askOnce(node, isOver)),
})

function refuseContradictions({ controlPlanes, workers }: Inventory): void {
  if (controlPlanes.length === 0)
    throw new PreconditionError('the inventory names no control plane', { reason: 'invalid-inventory' })
  const machines = [...controlPlanes, ...workers]
  const twice = machines.find(({ name }, index) => machines.findIndex((other) => other.name === name) !== index)
  if (twice) throw new PreconditionError(`the inventory names ${twice.name} twice`, { reason: 'invalid-inventory' })
  const misplaced =
    controlPlanes.find(({ role }) => role !== 'control-plane') ?? workers.find(({ role }) => role !== 'worker')
  if (misplaced)
    throw new PreconditionError(`${misplaced.name} is a ${misplaced.role}, but not listed as one`, {
      reason: 'invalid-inventory',
    })
}
