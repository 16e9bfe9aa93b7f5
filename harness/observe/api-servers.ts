import { z } from 'zod'
import type { CollectAt } from '../model/check.ts'
import type { DrillContext } from '../model/context.ts'
import { momentOf, momentSchema } from './collecting.ts'
import { httpsGet, httpsGetSchema } from './https-get.ts'

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
    const servers = context.cluster.controlPlanes.map(async ({ name, address }) => {
      const answer = await httpsGet({ address, port: 6443, path: '/readyz', signal: context.signal })
      return { node: name, ...answer }
    })
    return { ...moment, servers: await Promise.all(servers) }
  })
}
