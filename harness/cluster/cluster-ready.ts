import {
  AppsV1Api,
  CoreV1Api,
  type KubeConfig,
  type V1Deployment,
  type V1Node,
  type V1Pod,
} from '@kubernetes/client-node'
import { waitFor } from '../../lib/engine/wait.ts'

const readyTimeoutMs = 180_000
const namespace = 'kube-system'

export interface ReadyOptions {
  readonly api: () => Promise<KubeConfig>
  /** How many Node objects there must be. */
  readonly nodes: number
  /** Called with what is still missing, whenever that changes. */
  readonly onWaiting?: (missing: string) => void
  readonly signal: AbortSignal
  readonly timeoutMs?: number
}

/**
 * drill's own readiness gate: every node Ready, every kube-system pod ready and none ending, every Deployment there rolled out. Rejects with WaitTimeoutError, whose cause names
 * what was missing last.
 */
export async function clusterReady(options: ReadyOptions): Promise<void> {
  let reported = ''
  await waitFor(
    'all nodes and kube-system pods ready',
    async () => {
      const api = await options.api()
      const core = api.makeApiClient(CoreV1Api)
      const [nodes, pods, deployments] = await Promise.all([
        core.listNode(),
        core.listNamespacedPod({ namespace }),
        api.makeApiClient(AppsV1Api).listNamespacedDeployment({ namespace }),
      ])
      const missing = [
        ...notReady(nodes.items, pods.items, options.nodes),
        ...notRolledOut(deployments.items),
        ...notGone(pods.items),
      ]
      if (missing.length === 0) return true
      const text = missing.join(', ')
      if (text !== reported) options.onWaiting?.(text)
      reported = text
      throw new Error(`not ready: ${text}`)
    },
    { timeoutMs: options.timeoutMs ?? readyTimeoutMs, intervalMs: 500, signal: options.signal },
  )
}

/** What keeps a cluster from being ready, by name. */
export function notReady(nodes: readonly V1Node[], pods: readonly V1Pod[], expectedNodes: number): readonly string[] {
  const missingNodes = expectedNodes - nodes.length
  return [
    ...(missingNodes > 0 ? [`${missingNodes} of ${expectedNodes} nodes not registered`] : []),
    ...nodes.filter((node) => !isReady(node)).map((node) => `node ${node.metadata?.name ?? '?'}`),
    ...(pods.length === 0 ? ['no pod in kube-system'] : []),
    ...pods.filter((pod) => !isReady(pod)).map((pod) => `pod ${pod.metadata?.name ?? '?'}`),
  ]
}

/** A change of a Deployment is there before its pods are; as `kubectl rollout status` has it. */
export const notRolledOut = (deployments: readonly V1Deployment[]): readonly string[] =>
  deployments
    .filter(({ metadata, spec, status }) => {
      const wanted = spec?.replicas ?? 1
      const isSeen = (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0)
      const counts = [status?.replicas, status?.updatedReplicas, status?.availableReplicas]
      return !isSeen || counts.some((count) => (count ?? 0) !== wanted)
    })
    .map(({ metadata }) => `Deployment ${metadata?.name ?? '?'} not rolled out`)

/** A pod that is being replaced is Ready until it has ended, and counted by no Deployment. */
export const notGone = (pods: readonly V1Pod[]): readonly string[] =>
  pods
    .filter(({ metadata }) => metadata?.deletionTimestamp !== undefined)
    .map(({ metadata }) => `pod ${metadata?.name ?? '?'} not gone`)

const isReady = (object: V1Node | V1Pod) =>
  (object.status?.conditions ?? []).some((condition) => condition.type === 'Ready' && condition.status === 'True')
