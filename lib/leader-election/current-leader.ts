import { bash } from '../shell/bash.ts'
import { leasesPath, leaderOf, electedComponents } from './leases.ts'
import { usesLeaseElection, stagedElectedManifests } from './uses-lease-election.ts'
import { emitFunction, parseFields } from '../shell/script-output.ts'
import { askApi, getRawFunction, items, nameOf, objectsIn } from '../api/kube-api.ts'
import type { ClusterState } from '../preflight/survey.ts'

/**
 * The machine whose controller manager, and whose scheduler, leads; undefined where none does. One that elects in
 * another way than kubeadm's has no lease that could be looked at: there that of the first control plane counts as
 * leading when it runs.
 */
export async function currentLeaders(
  site: ClusterState,
  signal: AbortSignal,
): Promise<ReadonlyMap<(typeof electedComponents)[number], string | undefined>> {
  const { first } = site
  const script = bash`
${emitFunction}
${getRawFunction(first, site)}
${stagedElectedManifests}
for component in ${electedComponents}; do
  crictl ps --quiet --state Running --name "^$component$" | emit "running:$component"
done
get_raw ${leasesPath}
`
  const stdout = await askApi(first, 'see who leads, and how leaders are elected', script, signal)
  const text = parseFields(stdout)
  const leases = items(objectsIn(stdout)[0])
  return new Map(
    electedComponents.map((component) => {
      if (!usesLeaseElection(text(component)))
        return [component, text(`running:${component}`) === '' ? undefined : first.node.name]
      // A leader's identity is the name of its machine and something random (cmd/kube-controller-manager/app).
      const leader = leaderOf(leases.find((lease) => nameOf(lease) === component))
      return [component, leader?.split('_')[0]]
    }),
  )
}
