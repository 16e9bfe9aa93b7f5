import { request } from 'node:https'
import type { KubeConfig } from '@kubernetes/client-node'

export interface ApiAnswer {
  readonly status: number
  readonly body: string
}

const timeoutMs = 5000
const longestBody = 1_000_000

/**
 * One GET of any path of the API, also of what the package has no method for, on a fresh connection with the kubeconfig's
 * certificate. Resolves for every status. Rejects with the code of what ended the connection, and never with key material.
 */
export async function apiGet(
  config: KubeConfig,
  path: string,
  signal: AbortSignal,
  accept = 'application/json',
): Promise<ApiAnswer> {
  const [cluster, user] = [config.getCurrentCluster(), config.getCurrentUser()]
  if (!cluster || !user) throw new Error('the kubeconfig names no cluster or no user')
  const { promise, resolve, reject } = Promise.withResolvers<ApiAnswer>()
  const outgoing = request(new URL(path, cluster.server), {
    agent: false,
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    headers: { accept },
    ...pemOf('ca', cluster.caData),
    ...pemOf('cert', user.certData),
    ...pemOf('key', user.keyData),
  })
  outgoing.on('response', (response) => {
    let body = ''
    response.setEncoding('utf8')
    response.on('data', (part: string) => (body = (body + part).slice(0, longestBody)))
    response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
    response.on('error', (error: NodeJS.ErrnoException) =>
      reject(new Error(`GET ${path}: ${error.code ?? error.name}`)),
    )
  })
  outgoing.on('error', (error: NodeJS.ErrnoException) => reject(new Error(`GET ${path}: ${error.code ?? error.name}`)))
  outgoing.end()
  try {
    return await promise
  } finally {
    outgoing.destroy()
    signal.throwIfAborted()
  }
}

const pemOf = (name: 'ca' | 'cert' | 'key', base64: string | undefined) =>
  base64 === undefined ? {} : { [name]: Buffer.from(base64, 'base64').toString() }
