import { getRaw } from '../api/kube-api.ts'
import { podsIn, type Pod } from '../api/pods.ts'
import { singleFlight } from '../engine/single-flight.ts'
import type { ClusterState } from '../model.ts'

/** Lists the pods of the cluster now. */
export type ListPods = () => Promise<readonly Pod[]>

/** Shared by many that wait for a pod each, because every call costs a process and a list from the API. */
export function podLister(cluster: ClusterState, signal: AbortSignal): ListPods {
  return singleFlight(async () => podsIn((await getRaw(cluster.first, cluster, ['/api/v1/pods'], signal))[0]))
}
