import { apiServersToWatch } from '../api-clients/api-servers-to-watch.ts'
import { setVerbosity } from '../api-clients/log-verbosity.ts'
import { longestRetryMs } from '../api-clients/rejected-clients.ts'
import { restartLateClients } from '../api-clients/restart-late-clients.ts'
import type { RecoveryOptions } from '../engine/options.ts'
import type { Step } from '../engine/step.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import type { NodeState } from '../model.ts'

const watchWindow = { minWatchMs: longestRetryMs, pauseMs: 4000, isLast: true } as const

/** A client that has failed for long, such as CoreDNS, retries once a minute; without this step it would stay rejected. */
export function restartLateApiClients(how: RecoveryOptions['clients']): Step {
  return stepFromFindings<NodeState>({
    id: 'restart-late-api-clients',
    title: 'Restart rejected pods for one more minute, for clients that retry late; the cluster is already whole',
    followUp: true,
    find: apiServersToWatch,
    describe: ({ node }) => [
      {
        node: node.name,
        action: 'raise the log level of the API server until every client has retried',
        reason: 'a client that has failed for long retries once a minute',
      },
    ],
    async work(cluster, context) {
      await setVerbosity(cluster, 'verbose', context.signal)
      await restartLateClients(context, cluster, how, watchWindow)
    },
  })
}
