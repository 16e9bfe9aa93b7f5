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
async function hostOf(to: OwnProbe['to'], api: KubeConfig, workers: Cluster['workers']): Promise<string> {
  const { namespace, port } = to
  const core = api.makeApiClient(CoreV1Api)
  const [first, other = first] = workers
  if ('pod' in to) {
    const { items } = await core.listNamespacedPod({ namespace, labelSelector: to.pod })
    const ready = items.filter(({ status }) => status?.podIP !== undefined && status.phase === 'Running')
    const podIp = (ready.find(({ spec }) => spec?.nodeName === first?.name) ?? ready[0])?.status?.podIP
    if (podIp === undefined) throw new Error(`no pod in ${namespace} with ${to.pod} has an address`)
    return `${podIp}:${port}`
  }
  const name = 'service' in to ? to.service : to.nodePort
  const { spec } = await core.readNamespacedService({ namespace, name }).catch((cause: unknown) => {
    throw new Error(`no Service ${namespace}/${name}`, { cause })
  })
  const labelSelector = `kubernetes.io/service-name=${name}`
  const slices = await api.makeApiClient(DiscoveryV1Api).listNamespacedEndpointSlice({ namespace, labelSelector })
  const endpoints = slices.items.flatMap((slice) => slice.endpoints ?? [])
  if (!endpoints.some(({ conditions }) => conditions?.ready))
    throw new Error(`Service ${namespace}/${name} has no ready endpoint`)
  const found = spec?.ports?.find((one) => one.port === port)
  if (!found) throw new Error(`Service ${namespace}/${name} has no port ${port}`)
  if ('service' in to) {
    if (spec?.clusterIP === undefined || spec.clusterIP === 'None')
      throw new Error(`Service ${namespace}/${name} has no ClusterIP`)
    return `${spec.clusterIP}:${port}`
  }
  if (found.nodePort === undefined || !other)
    throw new Error(`port ${port} of Service ${namespace}/${name} has no node port`)
  return `${other.address}:${found.nodePort}`
}
