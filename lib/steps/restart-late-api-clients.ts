import { restartLateClients } from '../api-clients/restart-late-clients.ts'
import { setVerbosity } from '../api-clients/log-verbosity.ts'
import type { RecoveryOptions } from '../engine/options.ts'
import { siteOf } from '../preflight/survey.ts'
import type { Step } from '../engine/step.ts'

/** client-go's reflector, which most clients are made of, waits up to 30 s and as much again between two tries. */
const listening = { minWatchMs: 62_000, pauseMs: 4000 }

/**
 * The cluster is whole by then; a client that has failed for long, CoreDNS for one, asks only once a minute, and would
 * stay refused.
 */
export function restartLateApiClients(how: RecoveryOptions['clients']): Step {
  return {
    id: 'restart-late-api-clients',
    title: 'Go on restarting pods that the API refuses for a minute: the cluster is whole, some ask only now',
    async preview(context) {
      const { controlPlanes } = await siteOf(context)
      const reason = 'a client that has failed for long asks once a minute'
      const action = 'raise the verbosity of the API server until each has asked'
      return controlPlanes.map(({ node }) => ({ node: node.name, action, reason }))
    },
    async run(context) {
      const site = await siteOf(context)
      await setVerbosity(site, 'verbose', context.signal)
      await restartLateClients(context, site, how, listening)
    },
  }
}
