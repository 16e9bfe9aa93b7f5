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
  stopControllerManager,
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
  checkTokens('reissue'),
]

/**
 * The procedure of the old article (kubeadm of about 1.18), command by command; only `--config` is added. For
 * comparison, not for use: it checks only the preconditions of every repair, and is not safe to run again.
 *
 * On today's Kubernetes it fails at `kubeadm join phase kubelet-start`, which refuses a Node that is still Ready
 * (cmd/kubeadm/app/cmd/phases/join/kubelet.go), and leaves that worker's kubelet stopped.
 */
export const articleRecovery: Recovery = {
  id: 'article',
  title: "The old article's procedure as written",
  preflight: stageConfig,
  steps: [...begin, stopControllerManager, ...end],
}

/** The same, able to finish: workers join once they are NotReady. */
export const patientArticleRecovery: Recovery = {
  id: 'article-patient',
  title: "The old article's procedure, with a wait until the workers are NotReady",
  preflight: stageConfig,
  steps: [...begin, awaitNotReady, stopControllerManager, ...end],
}
