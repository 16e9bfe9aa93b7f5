import { isReady, waitUntilReady } from '../api/api-server-ready.ts'
import { handOver, takeBack } from '../api/hand-over.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import { requireEtcdData } from '../etcd/etcd-data.ts'
import { etcdStatus } from '../etcd/etcd-status.ts'
import { waitUntilServing } from '../etcd/wait-until-serving.ts'
import type { ClusterState, NodeState } from '../model.ts'
import { restartStaticPod } from '../static-pods/restart-static-pod.ts'
import { restartApiServer } from '../static-pods/roll-api-servers.ts'
import { describeRestart, outdatedStaticPods, type OutdatedStaticPod } from '../static-pods/stale-mounts.ts'
import { previewNewEtcdCa } from './preview-without.ts'

/** Seconds between SIGTERM and SIGKILL, as kubelet gives a static pod. A leader gives up its lead in that time. */
const graceS = 30

/** Restarts a member; its API server, which has lost it and would be restarted anyway, while another machine's answers in its place. */
async function restartBeside(
  serving: NodeState,
  { host, process }: OutdatedStaticPod,
  cluster: ClusterState,
  { signal, emit }: RecoveryContext,
): Promise<void> {
  const problem = await handOver(cluster, host, serving, signal)
  if (problem !== undefined) emit({ type: 'api-server.not-handed-over', node: host.node.name, reason: problem })
  try {
    await restartStaticPod(host, 'etcd', process, { graceS, signal })
    const [apiServer] = await outdatedStaticPods({ ...cluster, controlPlanes: [host] }, 'kube-apiserver', signal)
    await (apiServer ? restartApiServer(cluster, apiServer, signal) : waitUntilReady(host, cluster, signal))
  } finally {
    await takeBack(host, AbortSignal.timeout(20_000))
  }
}

/**
 * One member among others that serve is restarted without a failed request. Where more of them have lost their certificates, none waits
 * until the one before it is healthy: a majority is only there again with the others.
 */
export const restartOutdatedEtcd = stepFromFindings<OutdatedStaticPod>({
  id: 'restart-outdated-etcd',
  title: 'Restart etcd where it sees no new certificates, or trusts a lost CA, one member after another',
  describe: describeRestart,
  previewWithout: previewNewEtcdCa('etcd'),
  find: (cluster, { signal }) =>
    outdatedStaticPods(cluster, 'etcd', signal, (host) =>
      etcdStatus(host, cluster, signal).then(
        () => false,
        () => !signal.aborted,
      ),
    ),
  async work(cluster, context, found) {
    const { signal } = context
    await requireEtcdData(cluster, signal)
    const [only, ...more] = found
    const others = cluster.controlPlanes.filter((host) => host !== only?.host)
    const ready = await forEachNode(others, async (host) => ((await isReady(host, cluster, signal)) ? [host] : []))
    const [serving] = ready.flat()
    if (only && serving && more.length === 0) {
      await restartBeside(serving, only, cluster, context)
      return
    }
    for (const { host, process } of found) {
      await restartStaticPod(host, 'etcd', process, { graceS, signal })
      await waitUntilServing(host, signal)
    }
  },
})
