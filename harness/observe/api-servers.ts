import { z } from 'zod'
import type { CollectAt } from '../model/check.ts'
import type { DrillContext } from '../model/context.ts'
import { momentOf, momentSchema } from './collecting.ts'
import { apiAccess } from '../cluster/api-access.ts'
import type { Machine } from '../model/cluster.ts'
import { httpsGet, httpsGetSchema, type HttpsGet } from './https-get.ts'

export const apiServersSchema = momentSchema.extend({
  servers: z.array(httpsGetSchema.extend({ node: z.string() })),
})
export type ApiServers = z.infer<typeof apiServersSchema>

/**
 * Stores evidence `api-servers-<when>`: what each control plane's own API server answers on /readyz, without credentials, so that
 * it can also be asked when there are none.
 */
export function collectApiServers(context: DrillContext, when: CollectAt): Promise<void> {
  return context.evidence.once(`api-servers-${when}`, async (): Promise<ApiServers> => {
    const moment = momentOf(context)
    const servers = context.cluster.controlPlanes.map(async (machine) => ({
      node: machine.name,
      ...(await readyAnswer(machine, context.signal)),
    }))
    return { ...moment, servers: await Promise.all(servers) }
  })
}

/** With the administrator's certificate where the API server answers nobody whom it does not know (`--anonymous-auth=false`). */
async function readyAnswer(machine: Machine, signal: AbortSignal): Promise<HttpsGet> {
  const asked = { address: machine.address, port: 6443, path: '/readyz', signal }
  const answer = await httpsGet(asked)
  if (answer.status !== 401) return answer
  const user = (await apiAccess(machine)).getCurrentUser()
  const pem = (data: string | undefined) => Buffer.from(data ?? '', 'base64').toString()
  return httpsGet({ ...asked, cert: pem(user?.certData), key: pem(user?.keyData) })
}
