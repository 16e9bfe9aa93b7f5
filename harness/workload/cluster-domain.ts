import { CoreV1Api, type KubeConfig } from '@kubernetes/client-node'
import { parse } from 'yaml'
import { z } from 'zod'

const configurationSchema = z.object({
  networking: z.object({ dnsDomain: z.string().default('cluster.local') }).default({ dnsDomain: 'cluster.local' }),
})

/** The domain below which the cluster's Services have their names, as kubeadm's own record says. */
export async function clusterDomain(config: KubeConfig): Promise<string> {
  const { data } = await config
    .makeApiClient(CoreV1Api)
    .readNamespacedConfigMap({ namespace: 'kube-system', name: 'kubeadm-config' })
  return configurationSchema.parse(parse(data?.['ClusterConfiguration'] ?? '')).networking.dnsDomain
}
