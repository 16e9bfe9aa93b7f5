import type { KubeConfig } from '@kubernetes/client-node'
import { z } from 'zod'
import { apiGet } from './api-get.ts'
import { fingerprintsIn } from './fingerprints.ts'

const path = '/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication'
const schema = z.object({ data: z.record(z.string(), z.string()) })

/**
 * SHA-256 of every CA that the API servers have published for extension API servers, those of clients before those of the front proxy.
 * Rejects where the ConfigMap cannot be read.
 */
export async function publishedCas(config: KubeConfig, signal: AbortSignal): Promise<readonly string[]> {
  const { data } = schema.parse(JSON.parse((await apiGet(config, path, signal)).body))
  return ['client-ca-file', 'requestheader-client-ca-file'].flatMap((key) => fingerprintsIn(data[key] ?? ''))
}
