import { setVerbosity } from '../api-clients/log-verbosity.ts'
import { markWatchStart } from '../api-clients/watch-start.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import type { Step } from '../engine/step.ts'
import { waitForPort } from '../shell/wait-for-port.ts'
import { clientsMayBeRejected } from '../pki/cluster-ca.ts'

/**
 * As soon as the API servers listen, long before they are ready, because a rejected client retries up to 30 s later.
 * `check-api-clients` restores the log level.
 */
export const watchApiClients: Step = {
  id: 'watch-api-clients',
  title: 'Have the API servers log the clients they reject, until the API clients are checked',
  followUp: true,
  needed: async (cluster) => ((await clientsMayBeRejected(cluster)) ? [cluster] : []),
  async preview(cluster) {
    if (!(await clientsMayBeRejected(cluster))) return []
    const action = 'raise the log level of the API server'
    const reason = 'only clients that the API rejects are restarted'
    return cluster.controlPlanes.map(({ node }) => ({ node: node.name, action, reason }))
  },
  async run(cluster, { emit, signal }) {
    const { controlPlanes, config } = cluster
    await forEachNode(controlPlanes, (host) => waitForPort(host, host.address, config.bindPort, { signal }))
    const silent = await setVerbosity(cluster, 'verbose', signal)
    markWatchStart(cluster)
    for (const node of silent) {
      const reason = 'profiling is off: the API server does not log whom it rejects'
      emit({ type: 'clients.unobserved', node, reason })
    }
  },
}
