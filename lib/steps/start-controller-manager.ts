import { onEach } from '../each.ts'
import { GateError } from '../errors.ts'
import { heartbeats, isReadyAgain, leaseIsFresh } from '../freshness.ts'
import { kubeletState } from '../kubelet.ts'
import { installManifest, isInstalled } from '../manifests.ts'
import { siteOf, type Site } from '../site.ts'
import type { RecoveryContext, Step } from '../step.ts'

async function waiting(context: RecoveryContext) {
  const { controlPlanes } = await siteOf(context)
  const found = await onEach(controlPlanes, async (host) =>
    (await isInstalled(host, ['kube-controller-manager'], context.signal)) ? [] : [host],
  )
  return found.flat()
}

/**
 * The gate before the full controller manager: 50 s after its start it takes the pods of every silent Node out of their Services, and later
 * evicts them. Throws GateError for a Node of the inventory that is not back, and for one that nobody listed and that still says Ready.
 */
async function requireEveryNode(site: Site, signal: AbortSignal): Promise<void> {
  const seen = await heartbeats(site, signal)
  const silent = await onEach(site.machines, async (host) => {
    const heartbeat = seen.get(host.node.name)
    const kubelet = await kubeletState(host, signal)
    return leaseIsFresh(heartbeat, kubelet) && isReadyAgain(heartbeat, kubelet) ? [] : [host.node.name]
  })
  const newest = Math.max(...[...seen.values()].map(({ leaseRenewedAt }) => leaseRenewedAt))
  const listed = new Set(site.machines.map(({ node }) => node.name))
  const forgotten = [...seen.values()].filter(
    ({ node, ready, leaseRenewedAt }) => !listed.has(node) && ready && newest - leaseRenewedAt > 40,
  )
  const missing = [...silent.flat(), ...forgotten.map(({ node }) => `${node} (not in the inventory)`)]
  if (missing.length > 0) {
    throw new GateError(
      `the full controller manager stays off, since it would evict the pods of ${missing.join(', ')}: bring their kubelets back, or delete those Nodes if the machines are gone`,
    )
  }
}

export const startControllerManager: Step = {
  id: 'start-controller-manager',
  title: 'When every Node is back, start the full controller managers',
  needed: async (context) => (await waiting(context)).length > 0,
  async run(context) {
    const site = await siteOf(context)
    await requireEveryNode(site, context.signal)
    await onEach(await waiting(context), (host) => installManifest(context, site, host, 'kube-controller-manager'))
  },
}
