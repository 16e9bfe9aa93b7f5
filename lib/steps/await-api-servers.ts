import { waitUntilReady } from '../api-server-ready.ts'
import { onEach } from '../each.ts'
import { siteOf } from '../site.ts'
import type { Step } from '../step.ts'

export const awaitApiServers: Step = {
  id: 'await-api-servers',
  title: 'Wait until every API server is ready',
  async run(context) {
    const site = await siteOf(context)
    const { signal } = context
    await onEach(site.controlPlanes, (host) => waitUntilReady(host, site, signal))
    context.emit({ type: 'milestone.reached', milestone: 'api-ready' })
  },
}
