import { objectAt } from '../engine/json.ts'
import type { ClusterState, Json } from '../model.ts'
import { getRaw, items } from './kube-api.ts'

const configMaps = '/api/v1/namespaces/kube-public/configmaps'

/** The path of the ConfigMap in the API. */
export const clusterInfoPath = `${configMaps}/cluster-info`

/** Of the keys that hold its signatures; the id of a bootstrap token follows. */
export const signaturePrefix = 'jws-kubeconfig-'

/** The ConfigMap by which machines that join learn of the cluster; undefined where there is none. */
export async function clusterInfo(cluster: ClusterState, signal: AbortSignal): Promise<Json | undefined> {
  // As a list, so that a missing ConfigMap is no error.
  const [found] = await getRaw(
    cluster.first,
    cluster,
    [`${configMaps}?fieldSelector=metadata.name%3Dcluster-info`],
    signal,
  )
  return items(found)[0]
}

/** The ids of the bootstrap tokens with which the controller manager has signed cluster-info. */
export async function clusterInfoSignatures(cluster: ClusterState, signal: AbortSignal): Promise<string[]> {
  return Object.keys(objectAt((await clusterInfo(cluster, signal)) ?? {}, 'data')).flatMap((key) =>
    key.startsWith(signaturePrefix) ? [key.slice(signaturePrefix.length)] : [],
  )
}
