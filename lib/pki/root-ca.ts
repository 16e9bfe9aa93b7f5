import { refusalOf, type Refusal } from '../api/admission.ts'
import { getRaw, kubeFunction } from '../api/kube-api.ts'
import { objectAt } from '../engine/json.ts'
import type { ClusterState } from '../model.ts'
import { bash, runScript } from '../shell/bash.ts'

/** Who publishes the CA: a controller of the controller manager, by its ServiceAccount. */
const publisher = 'system:serviceaccount:kube-system:root-ca-cert-publisher'

/**
 * Asks the API server in a dry run, as the controller manager would, whether the CA can be published in a namespace. Gives what
 * refuses it; undefined where it can be, or for other reasons cannot.
 */
export async function rootCaRefusal(
  cluster: ClusterState,
  namespace: string,
  ca: string,
  signal: AbortSignal,
): Promise<Refusal | undefined> {
  try {
    await replaceRootCa(cluster, { namespace, ca, dryRun: true }, signal)
    return undefined
  } catch (error) {
    signal.throwIfAborted()
    return refusalOf(error)
  }
}

/** Publishes the CA in a namespace as the controller manager would. */
export async function publishRootCaIn(
  cluster: ClusterState,
  namespace: string,
  ca: string,
  signal: AbortSignal,
): Promise<void> {
  await replaceRootCa(cluster, { namespace, ca, dryRun: false }, signal)
}

async function replaceRootCa(
  cluster: ClusterState,
  { namespace, ca, dryRun }: { readonly namespace: string; readonly ca: string; readonly dryRun: boolean },
  signal: AbortSignal,
): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/configmaps/kube-root-ca.crt`
  const [configMap = {}] = await getRaw(cluster.first, cluster, [path], signal)
  const script = bash`
${kubeFunction(cluster.first, cluster)}
kube replace --raw ${dryRun ? `${path}?dryRun=All` : path} --as ${publisher} --filename - > /dev/null
`
  const title = dryRun ? 'check whether the CA can be published' : `publish the CA in ${namespace}`
  const input = JSON.stringify({ ...configMap, data: { ...objectAt(configMap, 'data'), 'ca.crt': ca } })
  await runScript(cluster.first.node, title, script, { signal, input })
}
