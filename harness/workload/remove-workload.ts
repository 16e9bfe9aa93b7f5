import { ApiException, CoreV1Api, KubernetesObjectApi, type KubeConfig } from '@kubernetes/client-node'
import { waitFor } from '../../lib/engine/wait.ts'

/** Of a deleted namespace with pods whose grace is 30 s. */
const goneTimeoutMs = 90_000

/**
 * Deletes what drill deployed: the extension API first, since no namespace is deleted while an API group does not answer; what
 * stands outside the namespaces; the namespaces. Idempotent. Resolves when they are gone; rejects with WaitTimeoutError.
 */
export async function removeWorkload(
  api: KubeConfig,
  namespaces: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const objects = KubernetesObjectApi.makeApiClient(api)
  const outside = [
    { apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', metadata: { name: 'v1.drill.example' } },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'drill-aggregated-api', namespace: 'kube-system' },
    },
  ]
  const ofNamespace = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  for (const object of [...outside, ...namespaces.map(ofNamespace)]) {
    signal.throwIfAborted()
    await objects.delete(object).catch(unlessGone)
  }
  const core = api.makeApiClient(CoreV1Api)
  const left = async () => {
    const { items } = await core.listNamespace()
    const names = items.map(({ metadata }) => metadata?.name ?? '').filter((name) => namespaces.includes(name))
    if (names.length > 0) throw new Error(`not gone: ${names.join(', ')}`)
    return true
  }
  await waitFor('the workload of the drill before gone', left, { timeoutMs: goneTimeoutMs, intervalMs: 500, signal })
}

function unlessGone(error: unknown): void {
  if (!(error instanceof ApiException && error.code === 404)) throw error
}
