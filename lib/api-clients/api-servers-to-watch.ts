import type { ClusterState, NodeState } from '../model.ts'
import { clientsMayBeRejected } from '../pki/cluster-ca.ts'

/** The control planes whose API servers have to log whom they reject: all where clients may be rejected, else none. */
export async function apiServersToWatch(cluster: ClusterState): Promise<readonly NodeState[]> {
  return (await clientsMayBeRejected(cluster)) ? cluster.controlPlanes : []
}
