import { CoreV1Api, DiscoveryV1Api, type KubeConfig } from '@kubernetes/client-node'
import { waitFor } from '../../lib/engine/wait.ts'
import type { Cluster } from '../model/cluster.ts'
import type { OwnProbe } from '../model/own-workload.ts'
import type { ProbePath } from '../model/probe-path.ts'

const readyTimeoutMs = 30_000

/**
 * The paths of a workload with literal addresses: nothing is resolved once the disaster has begun. Waits until each has an endpoint that
 * is ready, and rejects with WaitTimeoutError that names the probe which has none.
 * @param prefix of the ids of the paths, so that they cannot be those of other workloads
 */
export async function resolveProbes(
  probes: readonly OwnProbe[],
  api: () => Promise<KubeConfig>,
  { workers }: Pick<Cluster, 'workers'>,
  { prefix = '', signal }: { readonly prefix?: string; readonly signal: AbortSignal },
): Promise<readonly ProbePath[]> {
  const resolve = async () => {
    const config = await api()
    return Promise.all(
      probes.map(async ({ id, title, to, path, connection, status, identity }): Promise<ProbePath> => {
        const host = await hostOf(to, config, workers).catch((error: unknown) => {
          throw new Error(`probe ${id}: ${error instanceof Error ? error.message : String(error)}`)
        })
        const target = `http://${host}${path}`
        return { id: `${prefix}${id}`, title, target, connection, ...(identity ? {} : { status }) }
      }),
    )
  }
  if (probes.length === 0) return []
  return waitFor('what the workload probes', resolve, { timeoutMs: readyTimeoutMs, intervalMs: 500, signal })
}

/** `address:port` */
function hostOf(to: OwnProbe['to'], api: KubeConfig, workers: Cluster['workers']): Promise<string> {
  return 'pod' in to
    ? podHost(to, api, workers)
    : serviceHost(to, 'service' in to ? to.service : to.nodePort, api, workers)
}

async function podHost(
  { pod, namespace, port }: Extract<OwnProbe['to'], { pod: string }>,
  api: KubeConfig,
  [first]: Cluster['workers'],
): Promise<string> {
  const { items } = await api.makeApiClient(CoreV1Api).listNamespacedPod({ namespace, labelSelector: pod })
  const running = items.filter(({ status }) => status?.phase === 'Running')
  const podIp = (running.find(({ spec }) => spec?.nodeName === first?.name) ?? running[0])?.status?.podIP
  if (podIp === undefined) throw new Error(`no pod in ${namespace} with ${pod} has an address`)
  return `${podIp}:${port}`
}

async function serviceHost(
  to: OwnProbe['to'],
  name: string,
  api: KubeConfig,
  [first, other = first]: Cluster['workers'],
): Promise<string> {
  const { namespace, port } = to
  const service = `Service ${namespace}/${name}`
  const core = api.makeApiClient(CoreV1Api)
  const { spec } = await core.readNamespacedService({ namespace, name }).catch((cause: unknown) => {
    throw new Error(`no ${service}`, { cause })
  })
  if (!(await hasEndpoint(namespace, name, api))) throw new Error(`${service} has no ready endpoint`)
  const found = spec?.ports?.find((one) => one.port === port)
  if (!found) throw new Error(`${service} has no port ${port}`)
  const host = 'service' in to ? { address: spec?.clusterIP, port } : { address: other?.address, port: found.nodePort }
  if (!host.address || host.address === 'None' || !host.port)
    throw new Error(`${service} has no address for port ${port}`)
  return `${host.address}:${host.port}`
}

async function hasEndpoint(namespace: string, service: string, api: KubeConfig): Promise<boolean> {
  const labelSelector = `kubernetes.io/service-name=${service}`
  const { items } = await api.makeApiClient(DiscoveryV1Api).listNamespacedEndpointSlice({ namespace, labelSelector })
  return items.some(({ endpoints }) => endpoints?.some(({ conditions }) => conditions?.ready))
}
