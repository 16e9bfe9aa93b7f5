import { awaitKubelets } from '../../../lib/steps/await-kubelets.ts'
import { checkTokens } from '../../../lib/steps/check-tokens.ts'
import type { Recovery, Step } from '../../../lib/engine/step.ts'
import { controlPlanes } from './control-planes.ts'
import { awaitPods, deletePods } from './delete-pods.ts'
import { etcdFirst } from './etcd-first.ts'
import { stageConfig } from './kubeadm-file.ts'
import {
  awaitNotReady,
  emptyTokenSecrets,
  holdControllerManager,
  joinToken,
  joinWorkers,
  controlPlaneKubelets,
  restoreControllerManager,
} from './kubelets.ts'

const begin: readonly Step[] = [...etcdFirst, ...controlPlanes, controlPlaneKubelets, joinToken]
const end: readonly Step[] = [
  joinWorkers,
  restoreControllerManager,
  awaitKubelets,
  emptyTokenSecrets,
  deletePods,
  awaitPods,
  checkTokens,
]

/**
 * The procedure of the old article (kubeadm of about 1.18), its commands as they stand there; only `--config` is added.
 * It is a yardstick, not a way to repair: it has no gates and is not safe to run again.
 *
 * On today's Kubernetes it ends at `kubeadm join phase kubelet-start`, which refuses a Node that still says Ready
 * (cmd/kubeadm/app/cmd/phases/join/kubelet.go), and leaves that worker's kubelet stopped.
 */
export const articleRecovery: Recovery = {
  id: 'article',
  title: "The old article's procedure as written",
  preflight: stageConfig,
  steps: [...begin, holdControllerManager, ...end],
}

/** The same, made to finish: the workers are joined once they are NotReady. */
export const patientArticleRecovery: Recovery = {
  id: 'article-patient',
  title: "The old article's procedure with an operator's patience",
  preflight: stageConfig,
  steps: [...begin, awaitNotReady, holdControllerManager, ...end],
}
