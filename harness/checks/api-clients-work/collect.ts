import { z } from 'zod'
import type { CollectAt } from '../../model/check.ts'
import { workloadNamespace as namespace } from '../../model/workload-namespace.ts'
import type { DrillContext } from '../../model/context.ts'
import { redact } from '../../store/redact.ts'
import { kubernetesClient } from '../../observe/kubernetes-client.ts'
import { apiGet } from '../../observe/api-get.ts'
import { eventually, momentOf, momentSchema } from '../../observe/collecting.ts'

const statusSchema = z.object({
  outcome: z.string(),
  detail: z.string(),
  since: z.string(),
  lastCallAt: z.string().nullable(),
  calls: z.number().int(),
  tokenKid: z.string().nullable().describe('Key id of the token that the client used last'),
  readOnce: z.boolean().describe('Reads token and CA at its start only'),
})

export const apiClientStatusSchema = momentSchema.extend({
  clients: z.array(
    z.object({
      pod: z.string(),
      status: statusSchema.nullable().describe('What the client says of itself; null when it did not answer'),
      problem: z.string().nullable(),
    }),
  ),
})
export type ApiClientStatus = z.infer<typeof apiClientStatusSchema>
type Client = ApiClientStatus['clients'][number]

const labelSelector = 'app in (api-client, api-client-once)'
/** A client calls once a second; on a busy host one call may be late. */
const patienceMs = 10_000

/** Stores evidence `api-client-status-<when>`: what the workload's own clients of the API say of their last call, asked through the API. */
export function collectApiClientStatus(context: DrillContext, when: CollectAt): Promise<void> {
  return context.evidence.once(`api-client-status-${when}`, async (): Promise<ApiClientStatus> => {
    const { signal } = context
    const config = await context.api()
    const { core } = await kubernetesClient(config, signal)
    const observe = async (): Promise<ApiClientStatus> => {
      const moment = momentOf(context)
      const { items } = await core.listNamespacedPod({ namespace, labelSelector })
      const ask = async (pod: string): Promise<Client> => {
        try {
          const path = `/api/v1/namespaces/${namespace}/pods/${pod}:8080/proxy/status`
          const { status, body } = await apiGet(config, path, signal)
          if (status !== 200) return { pod, status: null, problem: `HTTP ${status}` }
          return { pod, status: statusSchema.parse(JSON.parse(body)), problem: null }
        } catch (error) {
          signal.throwIfAborted()
          return { pod, status: null, problem: redact(String(error)).slice(0, 300) }
        }
      }
      const running = items.filter(({ metadata }) => metadata?.deletionTimestamp === undefined)
      return { ...moment, clients: await Promise.all(running.map(({ metadata }) => ask(metadata?.name ?? ''))) }
    }
    const good = ({ clients }: ApiClientStatus) => clients.every(({ status }) => status?.outcome === 'ok')
    return eventually(observe, good, { patienceMs, signal })
  })
}
