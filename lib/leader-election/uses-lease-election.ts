import { parse } from 'yaml'
import { bash } from '../shell/bash.ts'
import { electedComponents } from './leases.ts'
import { staticPodSpecFromJson } from '../static-pods/stored-pod.ts'
import { isObject } from '../kubeadm/kubeadm-config.ts'
import { stagedManifestsDir } from '../shell/work-dir.ts'

/** Prints the prepared manifests of the leaders as facts, '' for one that is not there; needs emitFunction. */
export const stagedElectedManifests = bash`
for component in ${electedComponents}; do
  { cat ${stagedManifestsDir}/"$component.yaml" 2>/dev/null || true; } | emit "$component"
done
`

/** Flags that name another lease, another way, or a file that may. */
const otherWays = ['--leader-elect-resource-', '--config']

/**
 * Whether a component, by its manifest, does nothing before it holds the lease of its own name in kube-system, as
 * kubeadm configures it. With CoordinatedLeaderElection the API server gives the lease away.
 */
export function usesLeaseElection(manifest: string): boolean {
  const pod: unknown = parse(manifest)
  const words = (isObject(pod) ? staticPodSpecFromJson(pod)?.command : undefined) ?? []
  return (
    words.includes('--leader-elect=true') &&
    !words.includes('--leader-elect=false') &&
    !words.some((word) => otherWays.some((flag) => word.startsWith(flag))) &&
    !words.some((word) => word.startsWith('--feature-gates') && word.includes('CoordinatedLeaderElection=true'))
  )
}
