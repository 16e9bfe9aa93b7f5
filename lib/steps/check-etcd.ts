import { forEachNode } from '../engine/for-each-node.ts'
import { etcdStatus, requireOldCluster } from '../etcd/etcd-status.ts'
import { siteOf } from '../preflight/survey.ts'
import type { Step } from '../engine/step.ts'
import { waitForPort } from '../shell/wait-for-port.ts'
import { waitFor } from '../engine/wait.ts'

/** The gate before any API server: the old etcd cluster is back, whole, with its objects. */
export const checkEtcd: Step = {
  id: 'check-etcd',
  title: 'Wait until etcd is healthy, and make sure that it is the old cluster with its objects',
  async run(context) {
    const site = await siteOf(context)
    const { signal } = context
    const statuses = await forEachNode(site.controlPlanes, async (host) => {
      await waitForPort(host, '127.0.0.1', 2379, { signal })
      const what = `etcd answers on ${host.node.name}`
      return waitFor(what, () => etcdStatus(host, site, signal), { timeoutMs: 120_000, intervalMs: 200, signal })
    })
    requireOldCluster(statuses)
    context.emit({ type: 'milestone.reached', milestone: 'etcd-healthy', title: 'etcd healthy' })
  },
}
