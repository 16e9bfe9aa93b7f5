import {
  CoreV1Api,
  DiscoveryV1Api,
  type KubeConfig,
  type V1EndpointSlice,
  type V1Pod,
  type V1Service,
} from '@kubernetes/client-node'
import { waitFor } from '../../lib/engine/wait.ts'
import type { Cluster, Machine } from '../model/cluster.ts'
import type { OwnProbe, ProbeTarget, TargetMachine } from '../model/own-workload.ts'
import type { ProbePath } from '../model/probe-path.ts'
import { clusterDomain } from './cluster-domain.ts'

const readyTimeoutMs = 30_000

type Machines = Pick<Cluster, 'workers' | 'controlPlanes'>

/**
 * The paths of a workload with literal addresses: nothing is resolved once the disaster has begun. Waits until each has an endpoint that
 * is ready, and rejects with WaitTimeoutError that names the probe which has none.
 * @param prefix of the ids of the paths, so that they cannot be those of other workloads
 */
export async function resolveProbes(
  probes: readonly OwnProbe[],
  api: () => Promise<KubeConfig>,
  machines: Machines,
  { prefix = '', signal }: { readonly prefix?: string; readonly signal: AbortSignal },
): Promise<readonly ProbePath[]> {
  const resolve = async () => {
    const config = await api()
    return Promise.all(
      probes.map(async (probe): Promise<ProbePath> => {
        const { id, title, from } = probe
        const asked = await askedOf(probe, config, machines).catch((error: unknown) => {
          throw new Error(`probe ${id}: ${error instanceof Error ? error.message : String(error)}`)
        })
        return { id: `${prefix}${id}`, title, from, ...asked }
      }),
    )
  }
  if (probes.length === 0) return []
  return waitFor('what the workload probes', resolve, { timeoutMs: readyTimeoutMs, intervalMs: 500, signal })
}

type Asked = Pick<ProbePath, 'target' | 'connection' | 'status' | 'expects'>

async function askedOf(
  { to, path, connection, status, identity }: OwnProbe,
  api: KubeConfig,
  machines: Machines,
): Promise<Asked> {
  if ('name' in to) {
    const [service, dns, domain] = await Promise.all([
      serviceOf(to.namespace, to.name, api),
      serviceOf('kube-system', 'kube-dns', api),
      clusterDomain(api),
    ])
    const name = `${to.name}.${to.namespace}.svc.${domain}`
    return { target: `dns://${clusterIpOf(dns)}:53/${name}`, connection: 'datagram', expects: clusterIpOf(service) }
  }
  const { host, pod } = await hostOf(to, connection === 'stream', api, machines)
  const target = `http://${host}${path}`
  return { target, connection, ...(identity ? {} : { status }), ...(pod === undefined ? {} : { expects: pod }) }
}

interface Found {
  /** `address:port` */
  readonly host: string
  /** That a stream must lead to. */
  readonly pod?: string | undefined
}

function hostOf(
  to: Exclude<ProbeTarget, { name: string }>,
  isStream: boolean,
  api: KubeConfig,
  machines: Machines,
): Promise<Found> {
  if ('pod' in to) return podHost(to, isStream, api, machines)
  return 'service' in to ? serviceHost(to, isStream, api, machines) : nodePortHost(to, api, machines)
}

/** Pure: the pod there, or on another machine; with one worker the other worker's is another pod than the first worker's, if there is one. */
export function podOn(
  pods: readonly V1Pod[],
  machines: Machines,
  on: TargetMachine = 'first-worker',
): V1Pod | undefined {
  const running = pods.filter(({ status }) => status?.phase === 'Running')
  const there = running.filter(({ spec }) => spec?.nodeName === machineAt(machines, on)?.name)
  const found = there.length > 0 ? there : running
  return on === 'other-worker' ? found.at(-1) : found[0]
}

async function podHost(
  { pod, namespace, port, on }: Extract<ProbeTarget, { pod: string }>,
  isStream: boolean,
  api: KubeConfig,
  machines: Machines,
): Promise<Found> {
  const { items } = await api.makeApiClient(CoreV1Api).listNamespacedPod({ namespace, labelSelector: pod })
  const found = podOn(items, machines, on)
  if (found?.status?.podIP === undefined) throw new Error(`no pod in ${namespace} with ${pod} has an address`)
  return { host: `${found.status.podIP}:${port}`, ...(isStream ? { pod: found.metadata?.name } : {}) }
}

async function serviceHost(
  { service, namespace, port, on }: Extract<ProbeTarget, { service: string }>,
  isStream: boolean,
  api: KubeConfig,
  machines: Machines,
): Promise<Found> {
  const found = await serviceWith(port, namespace, service, api)
  const host = `${clusterIpOf(found.service)}:${port}`
  if (!isStream || on === undefined) return { host }
  const machine = machineAt(machines, on)?.name
  const endpoints = found.slices.flatMap((slice) => slice.endpoints ?? [])
  const pod = endpoints.findLast(({ nodeName }) => nodeName === machine)?.targetRef?.name
  if (pod === undefined) throw new Error(`Service ${namespace}/${service} has no endpoint on ${machine ?? on}`)
  return { host, pod }
}

async function nodePortHost(
  { nodePort, namespace, port, on = 'other-worker' }: Extract<ProbeTarget, { nodePort: string }>,
  api: KubeConfig,
  machines: Machines,
): Promise<Found> {
  const { published } = await serviceWith(port, namespace, nodePort, api)
  const address = machineAt(machines, on)?.address
  if (!address || !published) throw new Error(`Service ${namespace}/${nodePort} has no node port for port ${port}`)
  return { host: `${address}:${published}` }
}

/** Rejects for one without that port or without a ready endpoint. */
async function serviceWith(port: number, namespace: string, name: string, api: KubeConfig) {
  const service = await serviceOf(namespace, name, api)
  const labelSelector = `kubernetes.io/service-name=${name}`
  const { items: slices } = await api
    .makeApiClient(DiscoveryV1Api)
    .listNamespacedEndpointSlice({ namespace, labelSelector })
  if (!slices.some(isReady)) throw new Error(`Service ${namespace}/${name} has no ready endpoint`)
  const found = service.spec?.ports?.find((one) => one.port === port)
  if (!found) throw new Error(`Service ${namespace}/${name} has no port ${port}`)
  return { service, slices, published: found.nodePort }
}

const isReady = ({ endpoints }: V1EndpointSlice): boolean =>
  endpoints?.some(({ conditions }) => conditions?.ready) ?? false

async function serviceOf(namespace: string, name: string, api: KubeConfig): Promise<V1Service> {
  return api
    .makeApiClient(CoreV1Api)
    .readNamespacedService({ namespace, name })
    .catch((cause: unknown) => {
      throw new Error(`no Service ${namespace}/${name}`, { cause })
    })
}

function clusterIpOf({ metadata, spec }: V1Service): string {
  if (spec?.clusterIP && spec.clusterIP !== 'None') return spec.clusterIP
  throw new Error(`Service ${metadata?.namespace ?? ''}/${metadata?.name ?? ''} has no ClusterIP`)
}

function machineAt({ workers: [first, other = first], controlPlanes: [controlPlane] }: Machines, on: TargetMachine) {
  return { 'first-worker': first, 'other-worker': other, 'control-plane': controlPlane }[on] satisfies
    Machine | undefined
}
