import { markWatchStart } from '../api-clients/watch-start.ts'
import { setVerbosity } from '../api-clients/log-verbosity.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { siteOf } from '../preflight/survey.ts'
import type { Step } from '../engine/step.ts'
import { waitForPort } from '../shell/wait-for-port.ts'

/**
 * From the moment that the API servers listen, long before they are ready, because a client that is refused asks again up
 * to 30 s later. check-api-clients ends it.
 */
export const watchApiClients: Step = {
  id: 'watch-api-clients',
  title: 'Have the API servers write down whom they refuse, until the API clients are checked',
  async preview(context) {
    const { controlPlanes } = await siteOf(context)
    const reason = 'only those clients are restarted that the API refuses'
    return controlPlanes.map(({ node }) => ({
      node: node.name,
      action: 'raise the verbosity of the API server',
      reason,
    }))
  },
  async run(context) {
    const site = await siteOf(context)
    const { signal } = context
    await forEachNode(site.controlPlanes, (host) => waitForPort(host, host.address, site.config.bindPort, { signal }))
    const silent = await setVerbosity(site, 'verbose', signal)
    markWatchStart(site)
    for (const node of silent) {
      const reason = 'profiling is off: the API server does not say whom it refuses'
      context.emit({ type: 'clients.unobserved', node, reason })
    }
  },
}
