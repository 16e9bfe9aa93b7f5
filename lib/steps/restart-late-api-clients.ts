import { setVerbosity } from '../api-clients/log-verbosity.ts'
import { restartLateClients } from '../api-clients/restart-late-clients.ts'
import type { RecoveryOptions } from '../engine/options.ts'
import type { Step } from '../engine/step.ts'
import { clientsMayBeRejected } from '../pki/cluster-ca.ts'

/** client-go's reflector, which most clients are built on, waits up to 30 s and as much again between two attempts. */
const watchWindow = { minWatchMs: 62_000, pauseMs: 4000 }

/** A client that has failed for long, such as CoreDNS, retries once a minute; without this step it would stay rejected. */
export function restartLateApiClients(how: RecoveryOptions['clients']): Step {
  return {
    id: 'restart-late-api-clients',
    title: 'Restart rejected pods for one more minute, for clients that retry late; the cluster is already whole',
    followUp: true,
    needed: async (cluster) => ((await clientsMayBeRejected(cluster)) ? [cluster] : []),
    async preview(cluster) {
      if (!(await clientsMayBeRejected(cluster))) return []
      const action = 'raise the log level of the API server until every client has retried'
      const reason = 'a client that has failed for long retries once a minute'
      return cluster.controlPlanes.map(({ node }) => ({ node: node.name, action, reason }))
    },
    async run(cluster, context) {
      await setVerbosity(cluster, 'verbose', context.signal)
      await restartLateClients(context, cluster, how, watchWindow)
    },
  }
}
