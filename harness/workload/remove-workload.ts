import { ApiException, CoreV1Api, KubernetesObjectApi, type KubeConfig } from '@kubernetes/client-node'
import { waitFor } from '../../lib/engine/wait.ts'
import { workloadNamespace } from '../model/workload-namespace.ts'
import { webWorkload } from './manifests.ts'

/** Of a deleted namespace with pods whose grace is 30 s. */
const goneTimeoutMs = 90_000

/**
 * Deletes the workload of every drill, and further namespaces: what stands outside of its namespace first, the last made first, since no
 * namespace is deleted while an API group does not answer. Idempotent. Resolves when the namespaces are gone; rejects with
 * WaitTimeoutError.
 */
export async function removeWorkload(
  api: KubeConfig,
  furtherNamespaces: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  // Only the names count here.
  const { deploy } = await webWorkload({ image: '', replicas: 0, serving: { cert: '', key: '' } })
  const made = deploy.flatMap(({ objects }) => objects).toReversed()
  const outside = made.filter(({ metadata }) => metadata?.namespace !== workloadNamespace)
  const further = furtherNamespaces.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }))
  const client = KubernetesObjectApi.makeApiClient(api)
  for (const object of [...outside, ...further]) {
    signal.throwIfAborted()
    await client.delete(object).catch(unlessGone)
  }
  const namespaces = [workloadNamespace, ...furtherNamespaces]
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
