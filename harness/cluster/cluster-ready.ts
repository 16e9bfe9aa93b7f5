import { CoreV1Api, type KubeConfig, type V1Node, type V1Pod } from '@kubernetes/client-node'
import { waitFor } from '../../lib/engine/wait.ts'

const readyTimeoutMs = 180_000

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
 * drill's own readiness gate: every node Ready and every kube-system pod ready. Rejects with WaitTimeoutError, whose cause names
 * what was missing last.
 */
export async function clusterReady(options: ReadyOptions): Promise<void> {
  let reported = ''
  await waitFor(
    'all nodes and kube-system pods ready',
    async () => {
      const core = (await options.api()).makeApiClient(CoreV1Api)
      const [nodes, pods] = await Promise.all([core.listNode(), core.listNamespacedPod({ namespace: 'kube-system' })])
      const missing = notReady(nodes.items, pods.items, options.nodes)
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

const isReady = (object: V1Node | V1Pod) =>
  (object.status?.conditions ?? []).some((condition) => condition.type === 'Ready' && condition.status === 'True')
