import { setVerbosity } from '../clients/verbosity.ts'
import { siteOf } from '../site.ts'
import type { Step } from '../step.ts'

/**
 * From the first moment of the API, because a client that is refused asks again up to 30 s later. check-api-clients ends
 * it.
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
    for (const node of await setVerbosity(await siteOf(context), 'telling', context.signal)) {
      const reason = 'profiling is off: the API server does not say whom it refuses'
      context.emit({ type: 'clients.unseen', node, reason })
    }
  },
}
