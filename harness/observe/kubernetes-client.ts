import type {
  AppsV1Api,
  AuthenticationV1Api,
  CoordinationV1Api,
  CoreV1Api,
  DiscoveryV1Api,
  KubeConfig,
  RequestContext,
  ResponseContext,
} from '@kubernetes/client-node'

export interface KubernetesClient {
  readonly core: CoreV1Api
  readonly apps: AppsV1Api
  readonly discovery: DiscoveryV1Api
  readonly coordination: CoordinationV1Api
  readonly authentication: AuthenticationV1Api
}

const requestTimeoutMs = 15_000

/**
 * Clients of the API whose every request ends after 15 s or with the signal; the package's own wait for ever. The package is loaded
 * at the first call, because it takes a second that listing and judging, which never call, need not spend.
 */
export async function kubernetesClient(config: KubeConfig, signal: AbortSignal): Promise<KubernetesClient> {
  const client = await import('@kubernetes/client-node')
  const cluster = config.getCurrentCluster()
  if (!cluster) throw new Error('the kubeconfig names no cluster')
  const configuration = client.createConfiguration({
    baseServer: new client.ServerConfiguration(cluster.server, {}),
    authMethods: { default: config },
    promiseMiddleware: [
      {
        pre: async (request: RequestContext) => {
          request.setSignal(AbortSignal.any([signal, AbortSignal.timeout(requestTimeoutMs)]))
          return request
        },
        post: async (response: ResponseContext) => response,
      },
    ],
  })
  return {
    core: new client.CoreV1Api(configuration),
    apps: new client.AppsV1Api(configuration),
    discovery: new client.DiscoveryV1Api(configuration),
    coordination: new client.CoordinationV1Api(configuration),
    authentication: new client.AuthenticationV1Api(configuration),
  }
}
