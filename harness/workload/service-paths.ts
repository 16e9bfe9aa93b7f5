import { CoreV1Api, type KubeConfig, type V1Pod } from '@kubernetes/client-node'
import { ClusterError } from '../model/errors.ts'
import type { Cluster } from '../model/cluster.ts'
import type { ProbePath } from '../model/probe-path.ts'
import { workloadNamespace as namespace } from '../model/workload-namespace.ts'
import { streamPath } from './answer-stream.ts'

const service = 'echo'
const port = 8080
const nodePort = 30080

/** So that all paths together have no more than 400 samples a second, and each a detection floor below 50 ms. */
const sparse = { connection: 'new', intervalMs: 34 } as const

/**
 * Further ways to the workload: its pod on the other worker, NodePort of the own worker and of a control plane, the name of its Service,
 * asked of the cluster's DNS, and one long stream from its pod on the other worker through the ClusterIP.
 */
export async function servicePaths(
  api: KubeConfig,
  { workers, controlPlanes }: Pick<Cluster, 'workers' | 'controlPlanes'>,
  pods: readonly V1Pod[],
): Promise<readonly ProbePath[]> {
  const [worker, other = worker] = workers
  const [controlPlane] = controlPlanes
  const pod = pods.find(({ metadata, spec }) => metadata?.labels?.['app'] === service && spec?.nodeName === other?.name)
  if (!worker || !controlPlane || !pod?.metadata?.name || !pod.status?.podIP)
    throw new ClusterError('the workload has no addresses to probe')
  const [clusterIp, dnsIp] = await Promise.all([
    clusterIpOf(api, namespace, service),
    clusterIpOf(api, 'kube-system', 'kube-dns'),
  ])
  const nodePortOf = ({ address }: { readonly address: string }) => `http://${address}:${nodePort}/`
  const ofSecondWorker: readonly ProbePath[] = [
    {
      ...{ id: 'pod-other', title: 'A pod on the other worker, by its address' },
      ...{ target: `http://${pod.status.podIP}:${port}/`, ...sparse },
    },
    { id: 'nodeport-own', title: 'NodePort of the own worker', target: nodePortOf(worker), ...sparse },
  ]
  return [
    ...(other === worker ? [] : ofSecondWorker),
    {
      ...{ id: 'nodeport-control-plane', title: 'NodePort of a control plane' },
      ...{ target: nodePortOf(controlPlane), ...sparse },
    },
    {
      ...{ id: 'dns', title: 'The Service’s name, asked of the cluster’s DNS' },
      ...{ ...sparse, connection: 'datagram', expects: clusterIp },
      target: `dns://${dnsIp}:53/${service}.${namespace}.svc.cluster.local`,
    },
    {
      ...{ id: 'clusterip-stream', title: 'ClusterIP, one long stream from the other worker' },
      ...{ ...sparse, connection: 'stream', expects: pod.metadata.name },
      target: `http://${clusterIp}:${port}${streamPath}`,
    },
  ]
}

async function clusterIpOf(api: KubeConfig, inNamespace: string, name: string): Promise<string> {
  const { spec } = await api.makeApiClient(CoreV1Api).readNamespacedService({ namespace: inNamespace, name })
  if (!spec?.clusterIP) throw new ClusterError(`Service ${inNamespace}/${name} has no ClusterIP to probe`)
  return spec.clusterIP
}
