import { apiServersToWatch } from '../api-clients/api-servers-to-watch.ts'
import { restartLateClients } from '../api-clients/restart-late-clients.ts'
import type { RecoveryOptions } from '../engine/options.ts'
import type { Step } from '../engine/step.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import type { NodeState } from '../model.ts'

/**
 * Minimum time every client must have been able to reach the API before "no client rejected" counts. A client that only
 * drops the TLS handshake is recognised at its third attempt.
 */
const watchWindow = { minWatchMs: 6000, pauseMs: 1500 }

/** For clients that retry all the time. Slower ones are left to `restart-late-api-clients`. */
export function checkApiClients(how: RecoveryOptions['clients']): Step {
  return stepFromFindings<NodeState>({
    id: 'check-api-clients',
    title: 'Verify that the API rejects no pod, then restore the log level of the API servers',
    followUp: true,
    find: apiServersToWatch,
    describe: ({ node }) => [
      {
        node: node.name,
        action: 'restore the log level of the API server',
        reason: 'once no client is rejected',
      },
    ],
    work: (cluster, context) => restartLateClients(context, cluster, how, watchWindow),
  })
}
