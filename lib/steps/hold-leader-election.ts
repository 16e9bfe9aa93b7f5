import { bash, runScript } from '../shell/bash.ts'
import { holdLeases, electedComponents } from '../leader-election/leases.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { usesLeaseElection, stagedElectedManifests } from '../leader-election/uses-lease-election.ts'
import { emitFunction, parseFields } from '../shell/script-output.ts'
import { installManifest, withoutManifest } from '../static-pods/manifests.ts'
import { siteOf, type NodeState } from '../preflight/survey.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'

async function electsLeadersByLease({ node }: NodeState, signal: AbortSignal): Promise<boolean> {
  const script = bash`
${emitFunction}
${stagedElectedManifests}
`
  const text = parseFields((await runScript(node, 'see how leaders are elected', script, { signal })).stdout)
  return electedComponents.every((component) => usesLeaseElection(text(component)))
}

/** None where one machine elects its leaders in another way: then they are started later, by the steps for that. */
async function withoutElectedManifests(context: RecoveryContext): Promise<NodeState[]> {
  const { controlPlanes } = await siteOf(context)
  const hosts = await withoutManifest(context, ...electedComponents)
  if (hosts.length === 0) return []
  const able = await forEachNode(controlPlanes, (host) => electsLeadersByLease(host, context.signal))
  return able.every(Boolean) ? hosts : []
}

/**
 * A static pod counts as Ready only 20 s after its start (kubeadm's startup probe looks every 10 s, and not in the
 * first 10), so they start while nobody may lead yet, and wait for the lease that the repair holds. The lease is held
 * before the first of them exists.
 */
export const holdLeaderElection = stepFromFindings<NodeState>({
  id: 'hold-leader-election',
  title: 'Hold the leases of controller managers and schedulers, and start them to stand by',
  needs: 'api',
  on: ({ node }) => node.role === 'control-plane',
  describe: ({ node }) => [
    {
      node: node.name,
      action:
        'hold the leases of the leaders, then install the manifests of kube-controller-manager and kube-scheduler',
      reason: 'missing, or not as prepared; nobody may evict, until every Node is back',
    },
  ],
  find: withoutElectedManifests,
  async work(context, hosts) {
    const site = await siteOf(context)
    await holdLeases(site, context.signal)
    await forEachNode(hosts, async (host) => {
      for (const component of electedComponents) await installManifest(context, site, host, component)
    })
  },
})
