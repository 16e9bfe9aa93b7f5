import { forEachNode } from '../engine/for-each-node.ts'
import type { RecoveryContext, Step } from '../engine/step.ts'
import type { ClusterState } from '../model.ts'
import { hasControllerManager, startRestricted } from '../leader-election/restricted-controller-manager.ts'
import { waitForPort } from '../shell/wait-for-port.ts'
import { restrictedControllerManager } from '../static-pods/components.ts'

/** Not where another control plane has one, which signs and publishes. */
async function isMissing({ controlPlanes, learned }: ClusterState, { signal }: RecoveryContext): Promise<boolean> {
  // Those that run are stopped before.
  if (learned.replaced) return true
  const found = await forEachNode(controlPlanes, (host) => hasControllerManager(host, signal))
  return !found.some(Boolean)
}

/**
 * One controller manager with an allow-list of controllers, on the first control plane. It is started as soon as the
 * API server there listens: it waits for that itself, up to 10 s, and its own start takes seconds.
 */
export const startRestrictedControllerManager: Step = {
  id: 'start-restricted-controller-manager',
  title: 'Start one restricted controller manager, which only signs and publishes',
  needed: async (cluster, context) => ((await isMissing(cluster, context)) ? [cluster.first] : []),
  async preview(cluster, context) {
    if (!(await isMissing(cluster, context))) return []
    const { first } = cluster
    const reason = 'certificates and CAs must be signed and published, and no pod evicted, until every Node is back'
    return [{ node: first.node.name, action: `install the manifest of ${restrictedControllerManager}`, reason }]
  },
  async run({ first, config, learned }, { signal }) {
    await waitForPort(first, first.address, config.bindPort, { signal })
    await startRestricted(first, learned.holds, signal)
  },
}
