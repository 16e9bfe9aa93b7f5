import { waitUntilReady } from '../api-server-ready.ts'
import { onEach } from '../each.ts'
import { siteOf } from '../site.ts'
import type { Step } from '../step.ts'
import { waitForPort } from '../wait-for-port.ts'

export const awaitApiServers: Step = {
  id: 'await-api-servers',
  title: 'Wait until every API server is ready',
  async run(context) {
    const site = await siteOf(context)
    const { signal } = context
    await onEach(site.controlPlanes, async (host) => {
      await waitForPort(host, host.address, site.config.bindPort, { signal })
      await waitUntilReady(host, site, signal)
    })
    context.emit({ type: 'milestone.reached', milestone: 'api-ready' })
  },
}
