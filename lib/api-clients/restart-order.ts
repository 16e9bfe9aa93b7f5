import type { Pod } from '../api/pods.ts'

/**
 * The order of restarts. Waves follow one another; the queues of a wave run in parallel, and in a queue each pod waits
 * for its predecessor to be Ready. First the node daemons, all together, because what they configure keeps working without
 * them; then the cluster's DNS, one by one, and in parallel the other workloads, each one by one.
 */
export function restartOrder(pods: readonly Pod[]): Pod[][][] {
  const daemons = pods.filter(({ isNodeDaemon }) => isNodeDaemon)
  const dns = pods.filter(({ isNodeDaemon, isDns }) => !isNodeDaemon && isDns)
  const others = Map.groupBy(
    pods.filter(({ isNodeDaemon, isDns }) => !isNodeDaemon && !isDns),
    ({ owner, uid }) => owner ?? uid,
  )
  const beside = [dns, ...others.values()].filter((queue) => queue.length > 0)
  return [daemons.map((pod) => [pod]), beside].filter((wave) => wave.length > 0)
}
