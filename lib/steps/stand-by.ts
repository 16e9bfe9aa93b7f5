import { holdLeaders } from '../controllers.ts'
import { bash, runScript } from '../bash.ts'
import { onEach } from '../each.ts'
import { factFunction, factsIn } from '../facts.ts'
import { installManifest, withoutManifest } from '../manifests.ts'
import { electsByLease, standbys } from '../standbys.ts'
import { siteOf, type Host } from '../site.ts'
import type { RecoveryContext } from '../step.ts'
import { preparedManifestsDir } from '../work-dir.ts'
import { waitForPort } from '../wait-for-port.ts'
import { workStep } from '../work-step.ts'

async function canStandBy({ node }: Host, signal: AbortSignal): Promise<boolean> {
  const script = bash`
${factFunction}
for component in ${standbys}; do
  { cat ${preparedManifestsDir}/"$component.yaml" 2>/dev/null || true; } | fact "$component"
done
`
  const text = factsIn((await runScript(node, 'see how leaders are elected', script, { signal })).stdout)
  return standbys.every((component) => electsByLease(text(component)))
}

/** None where one machine elects its leaders in another way: then they are started later, by the steps for that. */
async function withoutStandbys(context: RecoveryContext): Promise<Host[]> {
  const { controlPlanes } = await siteOf(context)
  const missing = await Promise.all(standbys.map((component) => withoutManifest(context, component)))
  const hosts = controlPlanes.filter((host) => missing.some((found) => found.includes(host)))
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
    const { signal } = context
    const site = await siteOf(context)
    const { first } = site
    await waitForPort(first, first.address, site.config.bindPort, { signal })
    await holdLeaders(site, signal)
    await onEach(hosts, async (host) => {
      for (const component of standbys) await installManifest(context, site, host, component)
    })
  },
})
