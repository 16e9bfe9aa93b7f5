import { onEach } from '../each.ts'
import { etcdStatus, requireOldCluster } from '../etcd/etcd-status.ts'
import { siteOf } from '../site.ts'
import type { Step } from '../step.ts'
import { waitFor } from '../wait.ts'

/** The gate before any API server: the old etcd cluster is back, whole, with its objects. */
export const checkEtcd: Step = {
  id: 'check-etcd',
  title: 'Wait until etcd is healthy, and make sure that it is the old cluster with its objects',
  async run(context) {
    const site = await siteOf(context)
    const { signal } = context
    const statuses = await onEach(site.controlPlanes, (host) =>
      waitFor(`etcd answers on ${host.node.name}`, () => etcdStatus(host, site, signal), {
        timeoutMs: 120_000,
        intervalMs: 200,
        signal,
      }),
    )
    requireOldCluster(statuses)
    context.emit({ type: 'milestone.reached', milestone: 'etcd-healthy' })
  },
}
