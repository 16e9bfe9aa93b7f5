import { apiClients, restartInPlace, waitForSuccessors, waitUntilServing, type ApiClients } from '../api-clients.ts'
import { onEach } from '../each.ts'
import type { Pod } from '../pods.ts'
import { siteOf, type Site } from '../site.ts'
import type { RecoveryContext, Step } from '../step.ts'
import { waitFor } from '../wait.ts'

const stale = ({ daemons, dns, isRestarted }: ApiClients) => ({
  daemons: daemons.filter((pod) => !isRestarted(pod)),
  dns: dns.filter((pod) => !isRestarted(pod)),
})

async function restart(site: Site, pods: readonly Pod[], signal: AbortSignal): Promise<void> {
  await onEach(site.machines, async (host) => {
    const here = pods.filter(({ node }) => node === host.node.name)
    if (here.length > 0) await restartInPlace(host, here, signal)
  })
  const successors = await waitForSuccessors(site, pods, signal)
  await onEach(successors, (pod) => waitUntilServing(site, pod, signal))
}

/**
 * Programs that read the CA once, at their start, and on which the nodes and every name look-up depend. In place: same pod, same address, same
 * volumes. The users' own pods are left alone. DNS goes one by one, each after its predecessor serves again; while the controller manager is
 * gagged nobody takes them out of their Service.
 */
export const restartApiClients: Step = {
  id: 'restart-api-clients',
  title: "Restart kube-proxy, the network's daemons and the cluster's DNS in place, DNS one by one",
  async needed(context) {
    const { daemons, dns } = stale(await apiClients(await siteOf(context), context.signal))
    return daemons.length + dns.length > 0
  },
  async run(context) {
    const site = await siteOf(context)
    const { daemons, dns } = stale(await apiClients(site, context.signal))
    if (daemons.length > 0) await restart(site, daemons, context.signal)
    for (const pod of dns) await restart(site, [pod], context.signal)
  },
  verify: waitUntilReady,
}

async function waitUntilReady(context: RecoveryContext): Promise<void> {
  const site = await siteOf(context)
  await waitFor(
    'every restarted pod is Ready',
    async () => {
      const clients = await apiClients(site, context.signal)
      const missing = [...clients.daemons, ...clients.dns].filter((pod) => !pod.ready || !clients.isRestarted(pod))
      if (missing.length > 0) throw new Error(`not yet: ${missing.map(({ name }) => name).join(', ')}`)
      return true
    },
    { timeoutMs: 120_000, signal: context.signal },
  )
}
