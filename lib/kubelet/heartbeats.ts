import { getRaw, items, nameOf } from '../api/kube-api.ts'
import { objectAt, objectsAt, stringAt } from '../engine/json.ts'
import type { Json, ClusterState } from '../model.ts'
import type { KubeletState } from './kubelet.ts'

/**
 * What the API knows about a machine's kubelet; times in seconds since 1970 by that machine's clock, 0 where there is
 * none.
 */
export interface Heartbeat {
  readonly node: string
  readonly leaseRenewedAt: number
  readonly statusWrittenAt: number
  readonly ready: boolean
  /** Its runtime has no network for pods, so that its Node is not Ready however long its kubelet runs. */
  readonly lacksNetwork: boolean
  /**
   * Since when, as in the API, the node lifecycle controller has been evicting pods from it because it is not Ready; undefined
   * where it does not. The repair runs no such controller before every Node is back, so this is of before the loss.
   */
  readonly evictedSince: string | undefined
}

/** Every Node's heartbeat, by name; also of Nodes that are not in the inventory. */
export async function heartbeats(cluster: ClusterState, signal: AbortSignal): Promise<Map<string, Heartbeat>> {
  const paths = ['/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases', '/api/v1/nodes']
  const [leases, nodes] = await getRaw(cluster.first, cluster, paths, signal)
  return heartbeatsIn(leases, nodes)
}

export function heartbeatsIn(leases: Json | undefined, nodes: Json | undefined): Map<string, Heartbeat> {
  const renewed = new Map(items(leases).map((lease) => [nameOf(lease), seconds(objectAt(lease, 'spec')['renewTime'])]))
  return new Map(
    items(nodes).map((node) => {
      const name = nameOf(node)
      const ready = objectsAt(objectAt(node, 'status'), 'conditions').find(({ type }) => type === 'Ready')
      const heartbeat = {
        node: name,
        leaseRenewedAt: renewed.get(name) ?? 0,
        statusWrittenAt: seconds(ready?.['lastHeartbeatTime']),
        ready: ready?.['status'] === 'True',
        // kubelet, pkg/kubelet/nodestatus/setters.go, and the words of its runtime.
        lacksNetwork: ready?.['status'] === 'False' && String(ready['message']).includes('NetworkReady=false'),
        evictedSince: evictedSince(node),
      }
      return [name, heartbeat]
    }),
  )
}

/**
 * Whether the kubelet that runs now renewed its lease; false where none runs (0). Both times are of the machine's own
 * clock, so a wrong clock does no harm.
 */
export function leaseIsFresh(heartbeat: Heartbeat | undefined, kubelet: Pick<KubeletState, 'startedAt'>): boolean {
  return heartbeat !== undefined && kubelet.startedAt > 0 && heartbeat.leaseRenewedAt >= kubelet.startedAt
}

/** Ready, as reported by the kubelet that runs now: without a node controller an old report remains. */
export function isReadyAgain(heartbeat: Heartbeat | undefined, kubelet: Pick<KubeletState, 'startedAt'>): boolean {
  return heartbeat?.ready === true && heartbeat.statusWrittenAt >= kubelet.startedAt
}

/** Whether the kubelet that runs now does both; only then a Node counts as back. */
export function reportsAgain(heartbeat: Heartbeat | undefined, kubelet: Pick<KubeletState, 'startedAt'>): boolean {
  return leaseIsFresh(heartbeat, kubelet) && isReadyAgain(heartbeat, kubelet)
}

const evictingTaints: readonly unknown[] = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']

/** As in Heartbeat, of a Node. */
export function evictedSince(node: Json): string | undefined {
  const found = objectsAt(objectAt(node, 'spec'), 'taints').find(
    ({ key, effect }) => effect === 'NoExecute' && evictingTaints.includes(key),
  )
  return found && (stringAt(found, 'timeAdded') ?? 'long ago')
}

function seconds(time: unknown): number {
  return typeof time === 'string' ? Date.parse(time) / 1000 : 0
}
