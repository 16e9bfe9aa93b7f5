import { awaitKubelets } from './steps/await-kubelets.ts'
import { checkApiClients } from './steps/check-api-clients.ts'
import { checkEtcd } from './steps/check-etcd.ts'
import { checkTokens } from './steps/check-tokens.ts'
import { confirm } from './steps/confirm.ts'
import { finalizeKubelets } from './steps/finalize-kubelets.ts'
import { forgetOldAuthorities } from './steps/forget-old-authorities.ts'
import { issueAllCertificates } from './steps/issue-certificates.ts'
import { lookAround } from './steps/look-around.ts'
import { publishRootCa } from './steps/publish-root-ca.ts'
import { reissueSecretTokens } from './steps/reissue-secret-tokens.ts'
import { removeControlPlaneSandboxes } from './steps/remove-control-plane-sandboxes.ts'
import { renewClusterInfo } from './steps/renew-cluster-info.ts'
import { restartApiClients } from './steps/restart-api-clients.ts'
import { restartKubelets } from './steps/restart-kubelets.ts'
import { restoreAuthorities } from './steps/restore-authorities.ts'
import { startApiServers } from './steps/start-api-servers.ts'
import { startControllerManager } from './steps/start-controller-manager.ts'
import { startEtcd } from './steps/start-etcd.ts'
import { startGaggedControllerManager } from './steps/start-gagged-controller-manager.ts'
import { startScheduler } from './steps/start-scheduler.ts'
import { watchApiClients } from './steps/watch-api-clients.ts'
import { GateError } from './errors.ts'
import { defaultOptions, type RecoveryOptions } from './options.ts'
import type { Step } from './step.ts'

/**
 * The repair, in the order that does no harm wherever it is cut: until `check-etcd` nothing runs that could delete
 * anything, and from then until `start-controller-manager` nobody who could evict.
 *
 * The full controller manager comes as soon as every Node is back, before the API clients are restarted: a static pod
 * counts as Ready 10 to 20 s after its start (kubeadm's startup probe), and with it the Services follow each restart
 * of DNS. Joining machines can wait for cluster-info.
 */
export function librarySteps(options: RecoveryOptions): readonly Step[] {
  const other = Object.entries(defaultOptions).find(
    ([name, value]) => name !== 'clients' && options[name as keyof RecoveryOptions] !== value,
  )
  if (other) throw new GateError(`--${other[0]}: only ${other[1]} is built`)
  return [
    lookAround,
    removeControlPlaneSandboxes,
    restoreAuthorities,
    issueAllCertificates,
    startEtcd,
    checkEtcd,
    startApiServers,
    startGaggedControllerManager,
    watchApiClients,
    publishRootCa,
    reissueSecretTokens,
    restartKubelets,
    awaitKubelets,
    startScheduler,
    startControllerManager,
    checkTokens,
    restartApiClients(options.clients),
    renewClusterInfo,
    forgetOldAuthorities,
    finalizeKubelets,
    checkApiClients(options.clients),
    confirm,
  ]
}
