import { stepFromFindings } from '../engine/step-from-findings.ts'
import { stalePods, type StalePod } from '../kubelet/stale-pods.ts'

const reasonOf = ({ path }: StalePod) =>
  `it mounts ${path} as it was before that was deleted or moved, until it is restarted`

/** They are their owners' to restart. */
export const findStalePods = stepFromFindings<StalePod>({
  id: 'find-stale-pods',
  title: 'Name the pods that still mount files of the control plane that were deleted or moved',
  followUp: true,
  describe: (found) => [{ node: found.node, action: `leave ${found.pod} as it is`, reason: reasonOf(found) }],
  find: (cluster, { signal }) => stalePods(cluster, signal),
  async work(_cluster, { emit }, found) {
    for (const stale of found) emit({ type: 'pod.left', node: stale.node, pod: stale.pod, reason: reasonOf(stale) })
  },
})
