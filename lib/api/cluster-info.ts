import { objectAt, objectIn, objectsAt, stringAt } from '../engine/json.ts'
import type { ClusterState } from '../model.ts'
import { getRaw, items } from './kube-api.ts'

/** As a list, so that a missing ConfigMap is no error. */
const path = '/api/v1/namespaces/kube-public/configmaps?fieldSelector=metadata.name%3Dcluster-info'
const signaturePrefix = 'jws-kubeconfig-'

async function clusterInfo(cluster: ClusterState, signal: AbortSignal) {
  const [found] = await getRaw(cluster.first, cluster, [path], signal)
  return objectAt(items(found)[0] ?? {}, 'data')
}

/** The CA (PEM) that cluster-info gives to joining machines; undefined where there is none. */
export async function clusterInfoCa(cluster: ClusterState, signal: AbortSignal): Promise<string | undefined> {
  const kubeconfig = objectIn(stringAt(await clusterInfo(cluster, signal), 'kubeconfig') ?? '') ?? {}
  const [first = {}] = objectsAt(kubeconfig, 'clusters')
  const data = stringAt(objectAt(first, 'cluster'), 'certificate-authority-data')
  return data === undefined ? undefined : Buffer.from(data, 'base64').toString()
}

/** The ids of the bootstrap tokens with which the controller manager has signed cluster-info. */
export async function clusterInfoSignatures(cluster: ClusterState, signal: AbortSignal): Promise<string[]> {
  return Object.keys(await clusterInfo(cluster, signal)).flatMap((key) =>
    key.startsWith(signaturePrefix) ? [key.slice(signaturePrefix.length)] : [],
  )
}
