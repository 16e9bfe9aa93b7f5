import { ApiException, CoreV1Api, type KubeConfig } from '@kubernetes/client-node'
import { waitFor } from '../../lib/engine/wait.ts'

const goneTimeoutMs = 60_000

/** Deletes a namespace with all that is in it. Idempotent. Resolves when it is gone; rejects with WaitTimeoutError. */
export async function removeNamespace(api: KubeConfig, name: string, signal: AbortSignal): Promise<void> {
  const core = api.makeApiClient(CoreV1Api)
  const isGone = () =>
    core.deleteNamespace({ name }).then(
      () => false,
      (error: unknown) => error instanceof ApiException && error.code === 404,
    )
  await waitFor(`the namespace ${name} is gone`, isGone, { timeoutMs: goneTimeoutMs, intervalMs: 500, signal })
}
