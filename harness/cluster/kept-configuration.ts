import { CoreV1Api, type KubeConfig } from '@kubernetes/client-node'
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import { ClusterError } from '../errors.ts'
import type { Machine } from '../ports.ts'

const clusterConfiguration = z.looseObject({ apiVersion: z.string(), kind: z.literal('ClusterConfiguration') })

/**
 * The kubeadm configuration that an operator keeps beside the cluster, taken from the healthy cluster before the fault:
 * ClusterConfiguration as kubeadm stored it, and the InitConfiguration of the first control plane. kind's own file on the nodes
 * is left alone, because no real cluster has it.
 */
export async function keptConfiguration(api: KubeConfig, first: Machine): Promise<string> {
  const core = api.makeApiClient(CoreV1Api)
  const stored = await core.readNamespacedConfigMap({ name: 'kubeadm-config', namespace: 'kube-system' })
  const cluster = clusterConfiguration.safeParse(parse(stored.data?.['ClusterConfiguration'] ?? ''))
  if (!cluster.success) throw new ClusterError('the ConfigMap kube-system/kubeadm-config holds no ClusterConfiguration')
  const node = await core.readNode({ name: first.name })
  const criSocket =
    node.metadata?.annotations?.['kubeadm.alpha.kubernetes.io/cri-socket'] ?? 'unix:///run/containerd/containerd.sock'
  const init = {
    apiVersion: cluster.data.apiVersion,
    kind: 'InitConfiguration',
    localAPIEndpoint: { advertiseAddress: first.address, bindPort: 6443 },
    nodeRegistration: { name: first.name, criSocket },
  }
  return [cluster.data, init].map((document) => stringify(document)).join('---\n')
}
