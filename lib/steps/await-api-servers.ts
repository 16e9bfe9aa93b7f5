import { waitUntilReady } from '../api/api-server-ready.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import type { Step } from '../engine/step.ts'

export const awaitApiServers: Step = {
  id: 'await-api-servers',
  title: 'Wait until every API server is ready',
  followUp: true,
  async run(cluster, { emit, signal }) {
    await forEachNode(cluster.controlPlanes, (host) => waitUntilReady(host, cluster, signal))
    emit({ type: 'milestone.reached', milestone: 'api-ready', title: 'API ready' })
  },
}
