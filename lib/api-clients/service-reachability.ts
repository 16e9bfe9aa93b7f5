import { bash, runScript } from '../shell/bash.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { getRaw } from '../api/kube-api.ts'
import { objectAt } from '../engine/json.ts'
import type { NodeState, ClusterState } from '../model.ts'

/** Where the Service `kubernetes` is. */
export const kubernetesService = '/api/v1/namespaces/default/services/kubernetes'

/**
 * Those of these machines on which the Service `kubernetes` leads nowhere, so that no pod there could be refused yet. An API
 * server that ends takes its address out of that Service (kube-apiserver's `lease_endpoint_reconciler.go`), and a kube-proxy
 * that saw it sends nobody to the API again until the API serves kube-proxy itself.
 */
export async function withoutServiceRoute(
  cluster: ClusterState,
  hosts: readonly NodeState[],
  signal: AbortSignal,
): Promise<NodeState[]> {
  if (hosts.length === 0) return []
  const [service] = await getRaw(cluster.first, cluster, [kubernetesService], signal)
  const addresses = objectAt(service ?? {}, 'spec')['clusterIPs']
  if (!Array.isArray(addresses) || addresses.length === 0) return []
  const script = bash`
for address in ${addresses.map(String)}; do
  if timeout 1 bash -c ': < "/dev/tcp/$1/443"' - "$address" 2> /dev/null; then exit 0; fi
done
echo none
`
  const looked = await forEachNode(hosts, async (host) => {
    const { stdout } = await runScript(host.node, 'see whether pods can reach the API', script, { signal })
    return stdout.trim() === 'none' ? [host] : []
  })
  return looked.flat()
}
