import {
  ApiregistrationV1Api,
  AppsV1Api,
  CoreV1Api,
  DiscoveryV1Api,
  type KubeConfig,
  type V1Pod,
} from '@kubernetes/client-node'
import { waitFor } from '../../lib/engine/wait.ts'
import type { Cluster } from '../model/cluster.ts'
import { ClusterError } from '../model/errors.ts'
import { workloadNamespace } from '../model/workload-namespace.ts'
import type { ProbePath } from '../model/probe-path.ts'
import { loadImage } from './load-image.ts'
import { aggregatedApiHost, applyObjects, webWorkload } from './manifests.ts'
import { podOn, resolveProbes } from './resolve-probes.ts'
import { selfSigned } from './self-signed.ts'

const readyTimeoutMs = 120_000

export interface SeedOptions {
  readonly cluster: Cluster
  readonly api: KubeConfig
  /** The workload image, known to the engine. */
  readonly image: string
  readonly signal: AbortSignal
}

export interface LocatedWorkload {
  /** The ways to the workload, with literal addresses: nothing is resolved once the disaster has begun. */
  readonly paths: readonly ProbePath[]
  /** The pod on the first worker from whose network namespace is probed. */
  readonly insideOf: string
}

/**
 * Deploys the workload, unless an earlier drill has left it running, and waits until every pod is ready and every Service has its
 * endpoints. Gives the names of its pods. Rejects with WaitTimeoutError.
 */
export async function seedWorkload({ cluster, api, image, signal }: SeedOptions): Promise<readonly string[]> {
  const { items } = await api.makeApiClient(CoreV1Api).listNamespace()
  const isThere = items.some(({ metadata }) => metadata?.name === workloadNamespace)
  if (!isThere) {
    const serving = selfSigned(aggregatedApiHost, [aggregatedApiHost])
    const replicas = Math.max(2, cluster.workers.length)
    const { deploy } = await webWorkload({ image, replicas, serving })
    await loadImage(image, cluster.workers, signal)
    await applyObjects(
      api,
      deploy.flatMap(({ objects }) => objects),
      signal,
    )
  }
  const pods = await waitFor('the workload ready', () => readyPods(api), { timeoutMs: readyTimeoutMs, signal })
  return pods.map((pod) => pod.metadata?.name ?? '')
}

/**
 * Where the workload is now. To be asked when everything else is deployed: a user's own workload may have restarted pods, which have other
 * addresses then. Rejects with WaitTimeoutError and ClusterError.
 */
export async function locateWorkload({ cluster, api, signal }: Omit<SeedOptions, 'image'>): Promise<LocatedWorkload> {
  // Only the probes count here.
  const { probe } = await webWorkload({ image: '', replicas: 0, serving: { cert: '', key: '' } })
  const paths = await resolveProbes(probe, () => Promise.resolve(api), cluster, { signal })
  const { items } = await api
    .makeApiClient(CoreV1Api)
    .listNamespacedPod({ namespace: workloadNamespace, labelSelector: 'app=echo' })
  const insideOf = podOn(items, cluster)?.metadata?.name
  if (insideOf === undefined) throw new ClusterError('the workload has no pod on the first worker to probe from')
  return { paths, insideOf }
}

/** All pods of the workload, once all Deployments are complete, the legacy token is filled in, endpoints are ready and the extension API is served. */
async function readyPods(api: KubeConfig): Promise<readonly V1Pod[]> {
  const namespace = workloadNamespace
  const core = api.makeApiClient(CoreV1Api)
  const [deployments, pods, slices, token, extension] = await Promise.all([
    api.makeApiClient(AppsV1Api).listNamespacedDeployment({ namespace }),
    core.listNamespacedPod({ namespace }),
    api.makeApiClient(DiscoveryV1Api).listNamespacedEndpointSlice({ namespace }),
    core.readNamespacedSecret({ namespace, name: 'legacy-token' }),
    api.makeApiClient(ApiregistrationV1Api).readAPIService({ name: 'v1.drill.example' }),
  ])
  const missing = [
    ...deployments.items
      .filter(({ spec, status }) => (status?.readyReplicas ?? 0) < (spec?.replicas ?? 1))
      .map(({ metadata }) => `deployment ${metadata?.name ?? ''}`),
    ...slices.items
      .filter(
        ({ endpoints }) => (endpoints ?? []).length === 0 || endpoints?.some(({ conditions }) => !conditions?.ready),
      )
      .map(({ metadata }) => `endpoints ${metadata?.name ?? ''}`),
    ...(slices.items.length < 3 ? ['endpoints of all Services'] : []),
    ...(token.data?.['token'] ? [] : ['the legacy token']),
    ...(extension.status?.conditions ?? [])
      .filter(({ type, status }) => type === 'Available' && status !== 'True')
      .map(({ message }) => `the extension API (${message ?? ''})`),
    ...(extension.status?.conditions?.some(({ type }) => type === 'Available') ? [] : ['the extension API']),
  ]
  if (missing.length > 0) throw new Error(`not ready: ${missing.join(', ')}`)
  return pods.items
}
