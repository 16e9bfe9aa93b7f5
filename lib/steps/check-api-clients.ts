import { restartLateClients } from '../api-clients/restart-late-clients.ts'
import type { RecoveryOptions } from '../engine/options.ts'
import { siteOf } from '../preflight/survey.ts'
import type { Step } from '../engine/step.ts'

/** Seconds are enough for those that ask all the time, also for one that only hangs up, known by the third time. */
const listening = { minWatchMs: 6000, pauseMs: 1500 }

/** Nobody is left whom the API refuses, of those that ask all the time. The others are for help-late-clients. */
export function checkApiClients(how: RecoveryOptions['clients']): Step {
  return {
    id: 'check-api-clients',
    title: 'Make sure that the API refuses no pod, and have the API servers log as before',
    async preview(context) {
      const { controlPlanes } = await siteOf(context)
      const reason = 'when nobody is refused any more'
      const action = 'set the verbosity of the API server back'
      return controlPlanes.map(({ node }) => ({ node: node.name, action, reason }))
    },
    async run(context) {
      await restartLateClients(context, await siteOf(context), how, listening)
    },
  }
}
