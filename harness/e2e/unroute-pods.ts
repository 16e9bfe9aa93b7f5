import { waitFor } from '../../lib/index.ts'
import { shell } from './inspect/shell.ts'
import type { E2eCluster } from './e2e-cluster.ts'

/**
 * Ends the API servers, one by one, while etcd still runs. They take their addresses out of the Service `kubernetes`, and
 * kube-proxy, which sees it, lets no pod through to the API any more. It happens in one of some twenty losses by itself.
 */
export async function unroutePods({ controlPlanes, worker }: E2eCluster): Promise<void> {
  for (const controlPlane of controlPlanes) {
    await shell(controlPlane, 'rm /etc/kubernetes/manifests/kube-apiserver.yaml')
    await waitFor(
      `the API server of ${controlPlane.name} has ended`,
      async () => (await shell(controlPlane, "crictl ps --quiet --name '^kube-apiserver$'")) === '',
      { timeoutMs: 120_000, intervalMs: 500 },
    )
  }
  await waitFor(
    'the Service kubernetes has no endpoints',
    async () =>
      (await shell(worker, "iptables-save | grep -c 'default/kubernetes:https has no endpoints' || true")) !== '0',
    { timeoutMs: 10_000 },
  )
}
