import { apiServersToWatch } from '../api-clients/api-servers-to-watch.ts'
import { setVerbosity } from '../api-clients/log-verbosity.ts'
import { markWatchStart } from '../api-clients/watch-start.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import type { NodeState } from '../model.ts'
import { flagOf } from '../engine/flag-of.ts'
import { waitForPort } from '../shell/wait-for-port.ts'

const unobserved = 'profiling is off: the API server does not log whom it rejects'

/**
 * As soon as the API servers listen, long before they are ready, because a rejected client retries up to 30 s later.
 * `check-api-clients` restores the log level.
 */
export const watchApiClients = stepFromFindings<NodeState>({
  id: 'watch-api-clients',
  title: 'Have the API servers log the clients they reject, until the API clients are checked',
  followUp: true,
  find: apiServersToWatch,
  describe: ({ node, mirrorPodSpecs }) => [
    flagOf(mirrorPodSpecs.get('kube-apiserver')?.command, 'profiling') === 'false'
      ? {
          node: node.name,
          action: 'restart clients whose own log ends with a rejection',
          reason: `${unobserved}; rejected pods that do not say so themselves are yours to restart`,
        }
      : {
          node: node.name,
          action: 'raise the log level of the API server',
          reason: 'only clients that the API rejects are restarted',
        },
  ],
  async work(cluster, { emit, signal }, controlPlanes) {
    const { bindPort } = cluster.config
    await forEachNode(controlPlanes, (host) => waitForPort(host, host.address, bindPort, { signal }))
    const silent = await setVerbosity(cluster, 'verbose', signal)
    markWatchStart(cluster)
    cluster.learned.clientsUnobserved = silent.length > 0
    for (const node of silent) emit({ type: 'clients.unobserved', node, reason: unobserved })
  },
})
