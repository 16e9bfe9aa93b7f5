import { observeRejected } from '../api-clients/observe-rejected.ts'
import type { RejectedClient } from '../api-clients/rejected-client.ts'
import { restartClients } from '../api-clients/restart-clients.ts'
import type { RecoveryOptions } from '../engine/options.ts'
import type { Step } from '../engine/step.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import { clientsMayBeRejected } from '../pki/cluster-ca.ts'
import { previewWithoutApi } from './preview-without.ts'

/**
 * Programs that read the CA or their token only at their start: those that the API servers rejected and have not served
 * since. The others keep running. Later ones are left to `check-api-clients`.
 */
export function restartApiClients(how: RecoveryOptions['clients']): Step {
  return stepFromFindings<RejectedClient>({
    id: 'restart-api-clients',
    title:
      how === 'recreate'
        ? 'Delete the rejected pods, DNS one by one, and wait for their replacements'
        : 'Restart the rejected pods in place: node daemons first, then DNS one by one and the other workloads',
    followUp: true,
    previewWithout: previewWithoutApi,
    describe: ({ pod, reason }) => [
      {
        node: pod.node,
        action: `${how === 'recreate' ? 'delete' : 'restart'} ${pod.namespace}/${pod.name}`,
        reason: `the API rejects it: ${reason}`,
      },
    ],
    async find(cluster, { signal }) {
      // Elsewhere a pod that the API rejects has reasons of its own.
      if (!(await clientsMayBeRejected(cluster))) return []
      const { rejected } = await observeRejected(cluster, signal)
      // Where the CA is not published yet, a restart would be in vain.
      return rejected.filter(({ pod }) => !cluster.learned.withoutCa.has(pod.namespace))
    },
    work: (cluster, context, rejected) => restartClients(context, cluster, rejected, how),
  })
}
