import { type KubeConfig, KubernetesObjectApi, PatchStrategy, type V1Deployment } from '@kubernetes/client-node'

/**
 * Moves CoreDNS to the workers. kubeadm's is on the first control plane, which is ready first; there, on a host that is shared, it
 * starves with the control plane (model/cpu-shares.ts), and lookups fail before anything is destroyed. Resolves when the API has it:
 * clusterReady waits for the pods.
 */
export async function dnsOnWorkers(api: KubeConfig): Promise<void> {
  const outside = { key: 'node-role.kubernetes.io/control-plane', operator: 'DoesNotExist' }
  const nodeAffinity = {
    requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [outside] }] },
  }
  const patch = {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace: 'kube-system', name: 'coredns' } },
    spec: { template: { spec: { affinity: { nodeAffinity } } } },
  }
  await KubernetesObjectApi.makeApiClient(api).patch<Pick<V1Deployment, 'apiVersion' | 'kind' | 'metadata'>>(
    patch,
    ...[undefined, undefined, undefined, undefined],
    PatchStrategy.StrategicMergePatch,
  )
}
