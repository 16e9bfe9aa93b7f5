import { waitUntilReady } from '../api/api-server-ready.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { siteOf } from '../preflight/survey.ts'
import type { Step } from '../engine/step.ts'

export const awaitApiServers: Step = {
  id: 'await-api-servers',
  title: 'Wait until every API server is ready',
  async run(context) {
    const site = await siteOf(context)
    const { signal } = context
    await forEachNode(site.controlPlanes, (host) => waitUntilReady(host, site, signal))
    context.emit({ type: 'milestone.reached', milestone: 'api-ready', title: 'API ready' })
  },
}
