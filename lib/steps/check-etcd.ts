import { limitMs } from '../engine/time-limits.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import type { Step } from '../engine/step.ts'
import { waitFor } from '../engine/wait.ts'
import { etcdStatus, requireOldCluster } from '../etcd/etcd-status.ts'
import { clientUrlOf, placeOf } from '../etcd/listen-urls.ts'
import { waitForPort } from '../shell/wait-for-port.ts'

/** The precondition of every API server: the old etcd cluster is back, whole, with its objects. */
export const checkEtcd: Step = {
  id: 'check-etcd',
  title: 'Wait until etcd is healthy, and verify that it is the old cluster with its objects',
  followUp: true,
  async run(cluster, { emit, signal }) {
    const statuses = await forEachNode(cluster.controlPlanes, async (host) => {
      await waitForPort(host, ...placeOf(clientUrlOf(host)), { signal })
      const what = `etcd answers on ${host.node.name}`
      return waitFor(what, () => etcdStatus(host, cluster, signal), {
        timeoutMs: limitMs(120_000, host),
        intervalMs: 200,
        signal,
      })
    })
    requireOldCluster(statuses)
    emit({ type: 'milestone.reached', milestone: 'etcd-healthy', title: 'etcd healthy' })
  },
}
