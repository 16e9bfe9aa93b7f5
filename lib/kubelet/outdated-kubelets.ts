import { podsWithOtherCa } from '../api/tokens.ts'
import { messageOf } from '../engine/errors.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import type { PlannedAction, RecoveryContext } from '../engine/step.ts'
import type { ClusterState, NodeState } from '../model.ts'
import { clusterCa, publishesClusterCa } from '../pki/cluster-ca.ts'
import { brokenNodes } from './broken-nodes.ts'
import { belongsTo, plannedKubeletState, restartKubelet, restartKubeletAsItIs, withoutConfig } from './kubelet.ts'
import { leaveMachines } from './leave-machines.ts'
import { resyncVolumes } from './resync-volumes.ts'

/** A machine with certificates of another CA. */
export interface OutdatedKubelet {
  readonly host: NodeState
  /** The kubelet itself uses them; otherwise only its pods were given the old CA. */
  readonly isKubelet: boolean
  /** The uids of those pods. */
  readonly pods: readonly string[]
}

export async function outdatedKubelets(cluster: ClusterState, { signal }: RecoveryContext): Promise<OutdatedKubelet[]> {
  const ca = await clusterCa(cluster)
  const found = await forEachNode(cluster.machines, async (host) => {
    const [state, pods] = await Promise.all([
      plannedKubeletState(cluster, host, signal),
      publishesClusterCa(cluster) ? podsWithOtherCa(host, ca, signal) : [],
    ])
    const isKubelet = !belongsTo(ca, state, new Date())
    return isKubelet || pods.length > 0 ? [{ host, isKubelet, pods }] : []
  })
  return found.flat()
}

/** What a plan says of one. */
export function describeOutdated({ host, isKubelet }: OutdatedKubelet): PlannedAction[] {
  if (host.facts.lacksKubeletConfig)
    return [{ node: host.node.name, action: 'leave its kubelet as it is', reason: withoutConfig }]
  const action = isKubelet
    ? 'give kubelet its new identity and restart it'
    : 'have kubelet resync the volumes of its pods'
  const reason = isKubelet
    ? 'its client certificate is of another CA, or has expired'
    : 'its pods were given another CA'
  return [{ node: host.node.name, action, reason }]
}

/**
 * Restarts kubelets with their new identity, but starts none that an operator stopped before the loss. One that has it is restarted
 * only if it does not resync volumes on request.
 */
export async function updateKubelets(
  cluster: ClusterState,
  context: RecoveryContext,
  outdated: readonly OutdatedKubelet[],
): Promise<void> {
  const { signal } = context
  const [ca, broken] = await Promise.all([clusterCa(cluster), brokenNodes(cluster, signal)])
  await forEachNode(outdated, async ({ host, isKubelet, pods }) => {
    try {
      if (isKubelet) await restartKubelet(context, cluster, host, { leaveStopped: broken.has(host.node.name) })
      else if (!(await resyncVolumes(cluster, host, { ca, uids: pods }, signal)))
        await restartKubeletAsItIs(host, signal)
    } catch (error) {
      signal.throwIfAborted()
      // `await-kubelets` names it.
      const reason = `its kubelet could not be given its new identity: ${messageOf(error)}`
      leaveMachines(cluster, broken, [host.node.name], { reason, isSilent: true, error })
    }
  })
}
