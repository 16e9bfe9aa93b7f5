import { bash, runScript } from '../shell/bash.ts'
import { holdLeaders, leaders } from '../leader-election/leases.ts'
import { onEach } from '../engine/for-each-node.ts'
import { electsByLease, leaderManifests } from '../leader-election/uses-lease-election.ts'
import { factFunction, factsIn } from '../shell/script-output.ts'
import { installManifest, withoutManifest } from '../static-pods/manifests.ts'
import { siteOf, type Host } from '../preflight/survey.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { workStep } from '../engine/step-from-findings.ts'

async function canStandBy({ node }: Host, signal: AbortSignal): Promise<boolean> {
  const script = bash`
${factFunction}
${leaderManifests}
`
  const text = factsIn((await runScript(node, 'see how leaders are elected', script, { signal })).stdout)
  return leaders.every((component) => electsByLease(text(component)))
}

/** None where one machine elects its leaders in another way: then they are started later, by the steps for that. */
async function withoutStandbys(context: RecoveryContext): Promise<Host[]> {
  const { controlPlanes } = await siteOf(context)
  const hosts = await withoutManifest(context, ...leaders)
  if (hosts.length === 0) return []
  const able = await onEach(controlPlanes, (host) => canStandBy(host, context.signal))
  return able.every(Boolean) ? hosts : []
}

/**
 * A static pod counts as Ready only 20 s after its start (kubeadm's startup probe looks every 10 s, and not in the
 * first 10), so they start while nobody may lead yet, and wait for the lease that the repair holds. The lease is held
 * before the first of them exists.
 */
export const standBy = workStep<Host>({
  id: 'stand-by',
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
  find: withoutStandbys,
  async work(context, hosts) {
    const site = await siteOf(context)
    await holdLeaders(site, context.signal)
    await onEach(hosts, async (host) => {
      for (const component of leaders) await installManifest(context, site, host, component)
    })
  },
})
