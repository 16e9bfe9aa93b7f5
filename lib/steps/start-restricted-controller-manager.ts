import type { Step } from '../engine/step.ts'
import { hasControllerManager, startRestricted } from '../leader-election/restricted-controller-manager.ts'
import { waitForPort } from '../shell/wait-for-port.ts'
import { restrictedControllerManager } from '../static-pods/components.ts'

/**
 * One controller manager with an allow-list of controllers, on the first control plane. It is started as soon as the
 * API server there listens: it waits for that itself, up to 10 s, and its own start takes seconds.
 */
export const startRestrictedControllerManager: Step = {
  id: 'start-restricted-controller-manager',
  title: 'Start one restricted controller manager, which only signs and publishes',
  needed: async ({ first }, { signal }) => ((await hasControllerManager(first, signal)) ? [] : [first]),
  async preview({ first }, { signal }) {
    if (await hasControllerManager(first, signal)) return []
    const reason = 'certificates and CAs must be signed and published, and no pod evicted, until every Node is back'
    return [{ node: first.node.name, action: `install the manifest of ${restrictedControllerManager}`, reason }]
  },
  async run({ first, config }, { signal }) {
    await waitForPort(first, first.address, config.bindPort, { signal })
    await startRestricted(first, signal)
  },
}
