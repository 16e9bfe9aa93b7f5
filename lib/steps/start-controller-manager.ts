import { bash, runScript } from '../shell/bash.ts'
import { heldBack, releaseLeaders } from '../leader-election/leases.ts'
import { onEach } from '../engine/for-each-node.ts'
import { GateError } from '../engine/errors.ts'
import { heartbeats, isReadyAgain, leaseIsFresh } from '../kubelet/heartbeats.ts'
import { gaggedName } from '../leader-election/restricted-controller-manager.ts'
import { getRaw } from '../api/kube-api.ts'
import { kubeletStartedAt } from '../kubelet/kubelet.ts'
import { describeInstall, installManifest, isInstalled, withoutManifest } from '../static-pods/manifests.ts'
import { podsIn } from '../api/pods.ts'
import { siteOf, type Host, type Site } from '../preflight/survey.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { waitFor } from '../engine/wait.ts'
import { whoLeads } from '../leader-election/current-leader.ts'
import { workStep } from '../engine/step-from-findings.ts'

/**
 * The gate before the full controller manager: 50 s after its start it takes the pods of every silent Node out of
 * their Services, and later evicts them. Throws GateError for a Node of the inventory that is not back, and for one
 * that nobody listed and that still says Ready.
 */
async function requireEveryNode(site: Site, signal: AbortSignal): Promise<void> {
  const seen = await heartbeats(site, signal)
  const silent = await onEach(site.machines, async (host) => {
    const heartbeat = seen.get(host.node.name)
    const kubelet = { startedAt: await kubeletStartedAt(host, signal) }
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
      `no full controller manager is let lead, since it would evict the pods of ${missing.join(', ')}: bring their kubelets back, or delete those Nodes if the machines are gone`,
    )
  }
}

/**
 * Kubelets before 1.35 call every pod unready when they start, until its first probe. Waits for the pods that became
 * unready since then, so that the full controller manager does not take them out of their Services; not for pods that
 * were unready before.
 */
async function waitForReadiness(site: Site, signal: AbortSignal): Promise<void> {
  const kubelets = await onEach(
    site.machines,
    async (host) => [host.node.name, await kubeletStartedAt(host, signal)] as const,
  )
  const startedAt = new Map(kubelets)
  await waitFor(
    'the pods that were ready before their kubelet started are ready again',
    async () => {
      const [list] = await getRaw(site.first, site, ['/api/v1/pods?fieldSelector=status.phase%3DRunning'], signal)
      const shaken = podsIn(list)
        .filter(({ namespace, isMirror }) => !(namespace === 'kube-system' && isMirror))
        .filter(({ ready, node, readyChangedAt }) => !ready && readyChangedAt >= (startedAt.get(node) ?? Infinity))
      if (shaken.length > 0)
        throw new Error(`not yet: ${shaken.map(({ namespace, name }) => `${namespace}/${name}`).join(', ')}`)
      return true
    },
    { timeoutMs: 60_000, intervalMs: 250, signal },
  )
}

/** Killed, since told politely it would wait 10 s for its controllers (--controller-shutdown-timeout). */
async function endGagged(host: Host, signal: AbortSignal): Promise<void> {
  const script = bash`
rm -f ${host.facts.manifestsDir}/${gaggedName}.yaml
for container in $(crictl ps --quiet --name ${gaggedName}); do crictl stop --timeout 0 "$container" >&2 || true; done
`
  await runScript(host.node, 'end the gagged controller manager', script, { signal })
}

async function isGagged(host: Host, signal: AbortSignal): Promise<boolean> {
  const script = bash`if [ -e ${host.facts.manifestsDir}/${gaggedName}.yaml ]; then echo gagged; fi`
  return (
    (await runScript(host.node, 'look for the gagged controller manager', script, { signal })).stdout.trim() ===
    'gagged'
  )
}

async function openGate(context: RecoveryContext): Promise<void> {
  const site = await siteOf(context)
  await Promise.all([requireEveryNode(site, context.signal), waitForReadiness(site, context.signal)])
}

/**
 * One leads, in every way of holding them back: it takes over at once, since its predecessors' lease is released. Those
 * that stand by already take part; where none does, that of the first control plane comes first, and the others, which
 * would only stand by, leave it the processor.
 */
export const startControllerManager = workStep<Host>({
  id: 'start-controller-manager',
  title: 'When every Node is back, let a full controller manager lead',
  describe: ({ node }) => [
    {
      node: node.name,
      action: 'release the lease of kube-controller-manager, and install its manifest where it is missing',
      reason: 'no full controller manager leads',
    },
  ],
  async find(context) {
    const site = await siteOf(context)
    const { first } = site
    const [installed, gagged] = await Promise.all([
      isInstalled(first, ['kube-controller-manager'], context.signal),
      isGagged(first, context.signal),
    ])
    if (!installed || gagged) return [first]
    return (await heldBack(site, context.signal)).length > 0 ? [first] : []
  },
  async work(context, [first]) {
    if (!first) return
    const site = await siteOf(context)
    await openGate(context)
    await Promise.all([endGagged(first, context.signal), releaseLeaders(site, context.signal)])
    await installManifest(context, site, first, 'kube-controller-manager')
  },
})

/** With the gate again: it may have been long ago, and by another run of the repair. */
export const startOtherControllerManagers = workStep<Host>({
  id: 'start-other-controller-managers',
  title: 'When the first controller manager leads and every Node is still there, start the others',
  describe: describeInstall('kube-controller-manager'),
  async find(context) {
    const { controlPlanes, first } = await siteOf(context)
    if (controlPlanes.length === 1) return []
    return (await withoutManifest(context, 'kube-controller-manager')).filter((host) => host !== first)
  },
  async work(context, others) {
    const { signal } = context
    const site = await siteOf(context)
    const { first } = site
    const what = `the controller manager on ${first.node.name} leads`
    const leads = async () => (await whoLeads(site, signal)).get('kube-controller-manager') === first.node.name
    await waitFor(what, leads, { timeoutMs: 60_000, signal })
    await requireEveryNode(site, signal)
    await onEach(others, (host) => installManifest(context, site, host, 'kube-controller-manager'))
  },
})
