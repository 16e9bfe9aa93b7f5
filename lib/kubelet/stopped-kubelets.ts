import { forEachNode } from '../engine/for-each-node.ts'
import type { RecoveryContext } from '../engine/step.ts'
import type { ClusterState } from '../model.ts'
import { kubeletState } from './kubelet.ts'

/** Names, where nothing is to be repaired, the machines whose kubelets do not run: whoever stopped them starts them again. */
export async function reportStoppedKubelets(
  { machines }: Pick<ClusterState, 'machines'>,
  { emit, signal }: RecoveryContext,
): Promise<void> {
  await forEachNode(machines, async (host) => {
    if ((await kubeletState(host, signal)).startedAt > 0) return
    const reason = 'its kubelet does not run, and lacks nothing: systemctl start kubelet brings its Node back'
    emit({ type: 'node.left', node: host.node.name, reason })
  })
}
