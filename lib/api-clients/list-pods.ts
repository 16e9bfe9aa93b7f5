import { getRaw } from '../api/kube-api.ts'
import { podsIn, type Pod } from '../api/pods.ts'
import { singleFlight } from '../engine/single-flight.ts'
import type { ClusterState } from '../model.ts'

/** The pods of the cluster at this moment. */
export type ListPods = () => Promise<readonly Pod[]>

/** For many that wait for a pod each: every look costs the processor a program and the API a list. */
export function podLister(cluster: ClusterState, signal: AbortSignal): ListPods {
  return singleFlight(async () => podsIn((await getRaw(cluster.first, cluster, ['/api/v1/pods'], signal))[0]))
}
