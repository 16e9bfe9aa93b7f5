import { awaitKubelets } from './steps/await-kubelets.ts'
import { checkEtcd } from './steps/check-etcd.ts'
import { checkTokens } from './steps/check-tokens.ts'
import { confirm } from './steps/confirm.ts'
import { finalizeKubelets } from './steps/finalize-kubelets.ts'
import { forgetOldAuthorities } from './steps/forget-old-authorities.ts'
import { issueCertificatesStep } from './steps/issue-certificates.ts'
import { lookAround } from './steps/look-around.ts'
import { publishTrust } from './steps/publish-trust.ts'
import { reissueSecretTokens } from './steps/reissue-secret-tokens.ts'
import { removeControlPlaneSandboxes } from './steps/remove-control-plane-sandboxes.ts'
import { restartApiClients } from './steps/restart-api-clients.ts'
import { restartKubelets } from './steps/restart-kubelets.ts'
import { restoreAuthorities } from './steps/restore-authorities.ts'
import { signKubelets } from './steps/sign-kubelets.ts'
import { startApiServers } from './steps/start-api-servers.ts'
import { startControllerManager } from './steps/start-controller-manager.ts'
import { startEtcd } from './steps/start-etcd.ts'
import { startGaggedControllerManager } from './steps/start-gagged-controller-manager.ts'
import { startScheduler } from './steps/start-scheduler.ts'
import type { Step } from './step.ts'

/**
 * The repair, in the order that does no harm wherever it is cut: until `check-etcd` nothing runs that could delete anything, from then until
 * `start-controller-manager` nobody evicts.
 */
export const librarySteps: readonly Step[] = [
  lookAround,
  removeControlPlaneSandboxes,
  restoreAuthorities,
  issueCertificatesStep,
  signKubelets,
  startEtcd,
  checkEtcd,
  startApiServers,
  startGaggedControllerManager,
  publishTrust,
  reissueSecretTokens,
  restartKubelets,
  awaitKubelets,
  checkTokens,
  restartApiClients,
  startScheduler,
  startControllerManager,
  forgetOldAuthorities,
  finalizeKubelets,
  confirm,
]
