import { restartClients } from '../api-clients/restart-clients.ts'
import { observeApiClients } from '../api-clients/observe-clients.ts'
import { rejectedClients, type RejectedClient } from '../api-clients/rejected-clients.ts'
import type { RecoveryOptions } from '../engine/options.ts'
import { siteOf } from '../preflight/survey.ts'
import type { Step } from '../engine/step.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'

/**
 * Programs that read the CA or their token once, at their start: those that the API servers were seen to refuse, and
 * not to serve since. The others run on. Latecomers are for check-api-clients.
 */
export function restartApiClients(how: RecoveryOptions['clients']): Step {
  return stepFromFindings<RejectedClient>({
    id: 'restart-api-clients',
    title:
      how === 'recreate'
        ? 'Delete the pods that the API refuses, DNS one by one, and wait for their successors'
        : "Restart the pods that the API refuses in place: the nodes' daemons, DNS one by one, then the users' own",
    needs: 'api',
    describe: ({ pod, reason }) => [
      {
        node: pod.node,
        action: `${how === 'recreate' ? 'delete' : 'restart'} ${pod.namespace}/${pod.name}`,
        reason: `the API refuses it: ${reason}`,
      },
    ],
    find: async (context) => rejectedClients(await observeApiClients(await siteOf(context), context.signal)),
    work: async (context, refused) => restartClients(context, await siteOf(context), refused, how),
  })
}
