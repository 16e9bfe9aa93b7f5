import { parse } from 'yaml'
import { isObject, objectAt } from './kubeadm/operator-config.ts'

/** The static pods of which one leads and the others stand by. */
export const standbys = ['kube-controller-manager', 'kube-scheduler'] as const

/** Flags that name another lease, another way, or a file that may. */
const otherWays = ['--leader-elect-resource-', '--config']

/**
 * Whether a component, by its manifest, does nothing before it holds the lease of its own name in kube-system, as
 * kubeadm configures it. With CoordinatedLeaderElection the API server gives the lease away.
 */
export function electsByLease(manifest: string): boolean {
  const pod: unknown = parse(manifest)
  const containers = isObject(pod) ? objectAt(pod, 'spec')['containers'] : undefined
  const [container] = Array.isArray(containers) ? containers.filter(isObject) : []
  const words = ['command', 'args'].flatMap((part) => {
    const found = container?.[part]
    return Array.isArray(found) ? found.map(String) : []
  })
  return (
    words.includes('--leader-elect=true') &&
    !words.includes('--leader-elect=false') &&
    !words.some((word) => otherWays.some((flag) => word.startsWith(flag))) &&
    !words.some((word) => word.startsWith('--feature-gates') && word.includes('CoordinatedLeaderElection=true'))
  )
}
