import type { Pod } from '../api/pods.ts'

/**
 * In which order pods are restarted. Waves follow one another; the queues of a wave go at once, and in a queue each
 * waits for its predecessor to be Ready. First the daemons of the nodes, all together, since they only keep up to date
 * what goes on working without them; then the cluster's DNS, one by one, and beside it the users' own, one by one in each
 * workload.
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
