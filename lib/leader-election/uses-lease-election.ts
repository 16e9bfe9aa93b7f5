import { parse } from 'yaml'
import { bash } from '../shell/bash.ts'
import { leaders } from './leases.ts'
import { factsOfJson } from '../static-pods/stored-pod.ts'
import { isObject } from '../kubeadm/kubeadm-config.ts'
import { preparedManifestsDir } from '../shell/work-dir.ts'

/** Prints the prepared manifests of the leaders as facts, '' for one that is not there; needs factFunction. */
export const leaderManifests = bash`
for component in ${leaders}; do
  { cat ${preparedManifestsDir}/"$component.yaml" 2>/dev/null || true; } | fact "$component"
done
`

/** Flags that name another lease, another way, or a file that may. */
const otherWays = ['--leader-elect-resource-', '--config']

/**
 * Whether a component, by its manifest, does nothing before it holds the lease of its own name in kube-system, as
 * kubeadm configures it. With CoordinatedLeaderElection the API server gives the lease away.
 */
export function electsByLease(manifest: string): boolean {
  const pod: unknown = parse(manifest)
  const words = (isObject(pod) ? factsOfJson(pod)?.command : undefined) ?? []
  return (
    words.includes('--leader-elect=true') &&
    !words.includes('--leader-elect=false') &&
    !words.some((word) => otherWays.some((flag) => word.startsWith(flag))) &&
    !words.some((word) => word.startsWith('--feature-gates') && word.includes('CoordinatedLeaderElection=true'))
  )
}
