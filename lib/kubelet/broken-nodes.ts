import type { BrokenNode, ClusterState, NodeState } from '../model.ts'
import { heartbeats, type Heartbeat } from './heartbeats.ts'

/**
 * The machines of the inventory whose Node was not Ready before the loss, and since when. They hold nobody up: whatever full
 * controller managers do to their pods has been decided before the repair. Asked once, before any of them leads again.
 */
export async function brokenNodes(cluster: ClusterState, signal: AbortSignal): Promise<Map<string, BrokenNode>> {
  return (cluster.learned.brokenNodes ??= brokenAmong(cluster, await heartbeats(cluster, signal)))
}

/** Pure: those of them by what the API says now. */
export function brokenAmong(
  { machines }: Pick<ClusterState, 'machines'>,
  seen: ReadonlyMap<string, Pick<Heartbeat, 'evictedSince'>>,
): Map<string, BrokenNode> {
  return new Map(
    machines.flatMap(({ node: { name } }) => {
      const since = seen.get(name)?.evictedSince
      return since === undefined ? [] : [[name, { since, isSilent: false }] as const]
    }),
  )
}

/** Whether a machine's Node was not Ready before and is not yet, by what was learned when kubelets were awaited. */
export function isBroken({ learned }: Pick<ClusterState, 'learned'>, { node }: Pick<NodeState, 'node'>): boolean {
  return learned.brokenNodes?.has(node.name) === true
}

/** Whether nothing is to be expected of its kubelet, by the same. */
export function isSilent({ learned }: Pick<ClusterState, 'learned'>, { node }: Pick<NodeState, 'node'>): boolean {
  return learned.brokenNodes?.get(node.name)?.isSilent === true
}
