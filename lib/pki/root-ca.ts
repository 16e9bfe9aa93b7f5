import { getRaw, kubeFunction } from '../api/kube-api.ts'
import { objectAt } from '../engine/json.ts'
import type { ClusterState } from '../model.ts'
import { bash, runScript } from '../shell/bash.ts'

/** Who publishes the CA: a controller of the controller manager, by its ServiceAccount. */
const publisher = 'system:serviceaccount:kube-system:root-ca-cert-publisher'

/** Publishes the CA in a namespace as the controller manager would. Rejects with what the API says where it refuses it. */
export async function publishRootCaIn(
  cluster: ClusterState,
  namespace: string,
  ca: string,
  signal: AbortSignal,
): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/configmaps/kube-root-ca.crt`
  const [configMap = {}] = await getRaw(cluster.first, cluster, [path], signal)
  const script = bash`
${kubeFunction(cluster.first, cluster)}
kube replace --raw ${path} --as ${publisher} --filename - > /dev/null
`
  const input = JSON.stringify({ ...configMap, data: { ...objectAt(configMap, 'data'), 'ca.crt': ca } })
  await runScript(cluster.first.node, `publish the CA in ${namespace}`, script, { signal, input })
}
