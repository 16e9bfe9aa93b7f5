import { bash, runScript } from '../shell/bash.ts'
import { emitFunction, parseFields } from '../shell/script-output.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { getRaw } from '../api/kube-api.ts'
import { objectAt, wordsAt } from '../engine/json.ts'
import type { NodeState, ClusterState } from '../model.ts'

/** The path of the Service `kubernetes` in the API. */
export const kubernetesService = '/api/v1/namespaces/default/services/kubernetes'

/**
 * Those of these machines on which the Service `kubernetes` has no reachable endpoint, so that no pod there could be
 * rejected yet. A stopping API server removes its address from that Service (kube-apiserver's
 * `lease_endpoint_reconciler.go`), and a kube-proxy that saw it routes no pod to the API until the API serves kube-proxy
 * itself.
 */
export async function withoutServiceRoute(
  cluster: ClusterState,
  hosts: readonly NodeState[],
  signal: AbortSignal,
): Promise<NodeState[]> {
  if (hosts.length === 0) return []
  const [service] = await getRaw(cluster.first, cluster, [kubernetesService], signal)
  const addresses = wordsAt(objectAt(service ?? {}, 'spec'), 'clusterIPs')
  if (addresses.length === 0) return []
  const script = bash`
${emitFunction}
for address in ${addresses}; do
  if timeout 1 bash -c ': < "/dev/tcp/$1/443"' - "$address" 2> /dev/null; then exit 0; fi
done
echo none | emit route
`
  const found = await forEachNode(hosts, async (host) => {
    const { stdout } = await runScript(host.node, 'check whether pods can reach the API', script, {
      public: true,
      signal,
    })
    return parseFields(stdout)('route') === 'none' ? [host] : []
  })
  return found.flat()
}
