import {
  createConfiguration,
  type KubeConfig,
  type RequestContext,
  type ResponseContext,
  ServerConfiguration,
} from '@kubernetes/client-node'

type ApiClass<T> = new (configuration: ReturnType<typeof createConfiguration>) => T

const requestTimeoutMs = 15_000

/** A client of the API whose every request ends after 15 s or with the signal; the package's own client waits for ever. */
export function apiClient<T>(config: KubeConfig, api: ApiClass<T>, signal: AbortSignal): T {
  const cluster = config.getCurrentCluster()
  if (!cluster) throw new Error('the kubeconfig names no cluster')
  return new api(
    createConfiguration({
      baseServer: new ServerConfiguration(cluster.server, {}),
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
    }),
  )
}
