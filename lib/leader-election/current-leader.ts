import { bash } from '../shell/bash.ts'
import { leaderLeases, leaderOf, leaders } from './leases.ts'
import { electsByLease, leaderManifests } from './uses-lease-election.ts'
import { factFunction, factsIn } from '../shell/script-output.ts'
import { askApi, getRawFunction, items, nameOf, objectsIn } from '../api/kube-api.ts'
import type { Site } from '../preflight/survey.ts'

/**
 * The machine whose controller manager, and whose scheduler, leads; undefined where none does. One that elects in
 * another way than kubeadm's has no lease that could be looked at: there that of the first control plane counts as
 * leading when it runs.
 */
export async function whoLeads(
  site: Site,
  signal: AbortSignal,
): Promise<ReadonlyMap<(typeof leaders)[number], string | undefined>> {
  const { first } = site
  const script = bash`
${factFunction}
${getRawFunction(first, site)}
${leaderManifests}
for component in ${leaders}; do
  crictl ps --quiet --state Running --name "^$component$" | fact "running:$component"
done
get_raw ${leaderLeases}
`
  const stdout = await askApi(first, 'see who leads, and how leaders are elected', script, signal)
  const text = factsIn(stdout)
  const leases = items(objectsIn(stdout)[0])
  return new Map(
    leaders.map((component) => {
      if (!electsByLease(text(component)))
        return [component, text(`running:${component}`) === '' ? undefined : first.node.name]
      // A leader's identity is the name of its machine and something random (cmd/kube-controller-manager/app).
      const leader = leaderOf(leases.find((lease) => nameOf(lease) === component))
      return [component, leader?.split('_')[0]]
    }),
  )
}
