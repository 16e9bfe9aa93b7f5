import { setTimeout as sleep } from 'node:timers/promises'
import { waitUntilReady } from '../api/api-server-ready.ts'
import { handOver, takeBack } from '../api/hand-over.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import type { RecoveryContext } from '../engine/step.ts'
import type { ClusterState, NodeState } from '../model.ts'
import { graceOfApiServerS } from './components.ts'
import { restartStaticPod } from './restart-static-pod.ts'
import type { OutdatedStaticPod } from './stale-mounts.ts'

/** Without a hand-over: until a balancer has seen that the API server is back, before the next one goes. */
const balancerMs = 10_000

/** Restarts an API server, and waits until it is ready. */
export async function restartApiServer(
  cluster: ClusterState,
  { host, process }: OutdatedStaticPod,
  signal: AbortSignal,
): Promise<void> {
  await restartStaticPod(host, 'kube-apiserver', process, { graceS: graceOfApiServerS, signal })
  await waitUntilReady(host, cluster, signal)
}

/**
 * Restarts API servers one by one, each only while all others are ready, and proves each before the next. Those that do
 * not run are started first and together, because nobody can wait for them to be ready.
 * @param prove rejects where an API server that is ready again is not as it should be
 */
export async function rollApiServers(
  context: RecoveryContext,
  cluster: ClusterState,
  stale: readonly OutdatedStaticPod[],
  prove: (host: NodeState) => Promise<void>,
): Promise<void> {
  const { signal } = context
  await forEachNode(cluster.controlPlanes, (host) => takeBack(host, signal))
  const restart = async (each: OutdatedStaticPod) => {
    await restartApiServer(cluster, each, signal)
    await prove(each.host)
  }
  await forEachNode(
    stale.filter(({ process }) => process.state !== 'running'),
    restart,
  )
  const done: NodeState[] = []
  for (const each of stale.filter(({ process }) => process.state === 'running')) {
    const others = cluster.controlPlanes.filter((host) => host !== each.host)
    await forEachNode(others, (host) => waitUntilReady(host, cluster, signal))
    // To one that has been restarted already, because it stays.
    const [to] = [...done, ...others]
    let problem: string | undefined
    try {
      problem = to && (await handOver(cluster, each.host, to, signal))
      await restart(each)
    } finally {
      if (to) await takeBack(each.host, AbortSignal.timeout(20_000))
    }
    if (problem !== undefined) {
      context.emit({ type: 'api-server.not-handed-over', node: each.host.node.name, reason: problem })
      await sleep(balancerMs, undefined, { signal })
    }
    done.push(each.host)
  }
}
