import { parse } from 'yaml'
import { askApi, getRawFunction, items, nameOf, objectsIn } from '../api/kube-api.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { isObject } from '../engine/json.ts'
import type { ClusterState, NodeState } from '../model.ts'
import { bash, runScript } from '../shell/bash.ts'
import { emitFunction, parseFields } from '../shell/script-output.ts'
import { stagedManifestsDir } from '../shell/work-dir.ts'
import { manifestFunction } from '../static-pods/manifests.ts'
import { staticPodSpecFromJson } from '../static-pods/stored-pod.ts'
import { electedComponents, leaderOf, leasesPath, type ElectedComponent } from './lease-changes.ts'

/** Emits the manifests of the elected components, those that kubelet has before those that are staged; needs emitFunction. */
const emitManifests = (host: NodeState) => bash`
${manifestFunction(host)}
for component in ${electedComponents}; do
  manifest=$(manifest_of "$component")
  if [ -z "$manifest" ]; then manifest=${stagedManifestsDir}/"$component.yaml"; fi
  { cat "$manifest" 2>/dev/null || true; } | emit "$component"
done
`

/** Flags that name another lease, another election, or a file that may. */
const otherElections = ['--leader-elect-resource-', '--config']

/**
 * Whether a component, by its manifest, does nothing before it holds the lease of its own name in kube-system, as
 * kubeadm configures it. With CoordinatedLeaderElection the API server assigns the lease.
 */
export function usesLeaseElection(manifest: string, component: ElectedComponent): boolean {
  const pod: unknown = parse(manifest)
  const words = (isObject(pod) ? staticPodSpecFromJson(pod, component)?.command : undefined) ?? []
  return (
    words.includes('--leader-elect=true') &&
    !words.includes('--leader-elect=false') &&
    !words.some((word) => otherElections.some((flag) => word.startsWith(flag))) &&
    !words.some((word) => word.startsWith('--feature-gates') && word.includes('CoordinatedLeaderElection=true'))
  )
}

/** Whether every control plane's manifests of all elected components use their lease. */
export async function allUseLeaseElection({ controlPlanes }: ClusterState, signal: AbortSignal): Promise<boolean> {
  const able = await forEachNode(controlPlanes, async (host: NodeState) => {
    const script = bash`
${emitFunction}
${emitManifests(host)}
`
    const text = parseFields((await runScript(host.node, 'read how leaders are elected', script, { signal })).stdout)
    return electedComponents.every((component) => usesLeaseElection(text(component), component))
  })
  return able.every(Boolean)
}

/**
 * The machine whose controller manager, and whose scheduler, leads; undefined where none does. Components that do not
 * use the default lease cannot be observed; then the replica on the first control plane counts as leader while it runs.
 */
export async function currentLeaders(
  cluster: ClusterState,
  signal: AbortSignal,
): Promise<ReadonlyMap<ElectedComponent, string | undefined>> {
  const { first } = cluster
  const script = bash`
${emitFunction}
${getRawFunction(first, cluster)}
${emitManifests(first)}
for component in ${electedComponents}; do
  crictl ps --quiet --state Running --name "^$component$" | emit "running:$component"
done
get_raw ${leasesPath} | emit objects
`
  const stdout = await askApi(first, 'read the current leaders', script, { signal })
  const text = parseFields(stdout)
  const leases = items(objectsIn(stdout)[0])
  return new Map(
    electedComponents.map((component) => {
      if (!usesLeaseElection(text(component), component))
        return [component, text(`running:${component}`) === '' ? undefined : first.node.name]
      // A leader's identity is the name of its machine and something random (cmd/kube-controller-manager/app).
      const leader = leaderOf(leases.find((lease) => nameOf(lease) === component))
      return [component, leader?.split('_')[0]]
    }),
  )
}
