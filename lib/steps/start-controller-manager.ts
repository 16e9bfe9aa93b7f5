import { bash, runScript } from '../shell/bash.ts'
import { heldComponents, releaseLeases } from '../leader-election/leases.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { PreconditionError } from '../engine/errors.ts'
import { heartbeats, isReadyAgain, leaseIsFresh } from '../kubelet/heartbeats.ts'
import { restrictedName } from '../leader-election/restricted-controller-manager.ts'
import { getRaw } from '../api/kube-api.ts'
import { kubeletStartedAt } from '../kubelet/kubelet.ts'
import { describeInstall, installManifest, isInstalled, withoutManifest } from '../static-pods/manifests.ts'
import { podsIn } from '../api/pods.ts'
import { siteOf, type NodeState, type ClusterState } from '../preflight/survey.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { waitFor } from '../engine/wait.ts'
import { currentLeaders } from '../leader-election/current-leader.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'

/**
 * The gate before the full controller manager: 50 s after its start it takes the pods of every silent Node out of
 * their Services, and later evicts them. Throws PreconditionError for a Node of the inventory that is not back, and for one
 * that nobody listed and that still says Ready.
 */
async function requireEveryNode(site: ClusterState, signal: AbortSignal): Promise<void> {
  const seen = await heartbeats(site, signal)
  const silent = await forEachNode(site.machines, async (host) => {
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
    throw new PreconditionError(
      `no full controller manager is let lead, since it would evict the pods of ${missing.join(', ')}: bring their kubelets back, or delete those Nodes if the machines are gone`,
    )
  }
}

/**
 * Kubelets before 1.35 call every pod unready when they start, until its first probe. Waits for the pods that became
 * unready since then, so that the full controller manager does not take them out of their Services; not for pods that
 * were unready before.
 */
async function waitForReadiness(site: ClusterState, signal: AbortSignal): Promise<void> {
  const kubelets = await forEachNode(
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
async function removeRestricted(host: NodeState, signal: AbortSignal): Promise<void> {
  const script = bash`
rm -f ${host.facts.manifestsDir}/${restrictedName}.yaml
for container in $(crictl ps --quiet --name ${restrictedName}); do crictl stop --timeout 0 "$container" >&2 || true; done
`
  await runScript(host.node, 'end the restricted controller manager', script, { signal })
}

async function hasRestricted(host: NodeState, signal: AbortSignal): Promise<boolean> {
  const script = bash`if [ -e ${host.facts.manifestsDir}/${restrictedName}.yaml ]; then echo restricted; fi`
  return (
    (await runScript(host.node, 'look for the restricted controller manager', script, { signal })).stdout.trim() ===
    'restricted'
  )
}

async function requireReadyToLead(context: RecoveryContext): Promise<void> {
  const site = await siteOf(context)
  await Promise.all([requireEveryNode(site, context.signal), waitForReadiness(site, context.signal)])
}

/**
 * One leads, in every way of holding them back: it takes over at once, since its predecessors' lease is released. Those
 * that stand by already take part; where none does, that of the first control plane comes first, and the others, which
 * would only stand by, leave it the processor.
 */
export const startControllerManager = stepFromFindings<NodeState>({
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
    const [installed, restricted] = await Promise.all([
      isInstalled(first, ['kube-controller-manager'], context.signal),
      hasRestricted(first, context.signal),
    ])
    if (!installed || restricted) return [first]
    return (await heldComponents(site, context.signal)).length > 0 ? [first] : []
  },
  async work(context, [first]) {
    if (!first) return
    const site = await siteOf(context)
    await requireReadyToLead(context)
    await Promise.all([removeRestricted(first, context.signal), releaseLeases(site, context.signal)])
    await installManifest(context, site, first, 'kube-controller-manager')
  },
})

/** With the gate again: it may have been long ago, and by another run of the repair. */
export const startOtherControllerManagers = stepFromFindings<NodeState>({
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
    const leads = async () => (await currentLeaders(site, signal)).get('kube-controller-manager') === first.node.name
    await waitFor(what, leads, { timeoutMs: 60_000, signal })
    await requireEveryNode(site, signal)
    await forEachNode(others, (host) => installManifest(context, site, host, 'kube-controller-manager'))
  },
})
