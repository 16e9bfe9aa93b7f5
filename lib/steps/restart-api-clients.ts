import { apiClients, restartInPlace, waitForSuccessors } from '../api-clients.ts'
import { onEach } from '../each.ts'
import type { Pod } from '../pods.ts'
import { siteOf, type Site } from '../site.ts'
import { workStep } from '../work-step.ts'

async function restart(site: Site, pods: readonly Pod[], signal: AbortSignal): Promise<void> {
  await onEach(site.machines, async (host) => {
    const here = pods.filter(({ node }) => node === host.node.name)
    if (here.length > 0) await restartInPlace(host, here, signal)
  })
  await waitForSuccessors(site, pods, signal)
}

/**
 * Programs that read the CA once, at their start, and on which the nodes and every name look-up depend. In place:
 * same pod, same address, same volumes. The users' own pods are left alone. DNS goes one by one, each when its
 * predecessor is Ready again.
 */
export const restartApiClients = workStep<Pod>({
  id: 'restart-api-clients',
  title: "Restart kube-proxy, the network's daemons and the cluster's DNS in place, DNS one by one",
  needs: 'api',
  find: async (context) => apiClients(await siteOf(context), context.signal),
  async work(context, pods) {
    const site = await siteOf(context)
    const daemons = pods.filter(({ isNodeDaemon }) => isNodeDaemon)
    if (daemons.length > 0) await restart(site, daemons, context.signal)
    for (const pod of pods) if (!pod.isNodeDaemon) await restart(site, [pod], context.signal)
  },
})
