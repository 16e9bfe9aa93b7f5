import { setTimeout as sleep } from 'node:timers/promises'
import { heardSinceMs } from '../clients/heard-since.ts'
import { canBeHelped, helpClients } from '../clients/help-clients.ts'
import { lookAtClients } from '../clients/look-at-clients.ts'
import { refusedClients } from '../clients/refused-clients.ts'
import { untilNobodyIsRefused } from '../clients/until-nobody-is-refused.ts'
import { setVerbosity } from '../clients/verbosity.ts'
import type { RecoveryOptions } from '../options.ts'
import { siteOf, type Site } from '../site.ts'
import type { RecoveryContext, Step } from '../step.ts'

/** How long a client has to be refused, or refused again, between two looks, in milliseconds. */
const pauseMs = 1500
/**
 * How long every client must have had a way to the API before nobody refused means something, in milliseconds: one that
 * only hangs up is known by the third time.
 */
const heardMs = 6000
/** For all of it, in milliseconds. A restart in place is itself waited for up to 90 s. */
const timeoutMs = 180_000

/**
 * Nobody is left whom the API refuses. The API servers then say again what their manifests want, also when this fails;
 * what an earlier repair left is set back in the same way.
 */
export function checkApiClients(how: RecoveryOptions['clients']): Step {
  return {
    id: 'check-api-clients',
    title: 'Make sure that the API refuses no pod, and have the API servers log as before',
    async preview(context) {
      const { controlPlanes } = await siteOf(context)
      const reason = 'when nobody is refused any more'
      const action = 'set the verbosity of the API server back'
      return controlPlanes.map(({ node }) => ({ node: node.name, action, reason }))
    },
    async run(context) {
      const site = await siteOf(context)
      const check = async () => helpLatecomers(context, site, how)
      await check().finally(() => setVerbosity(site, 'as configured', AbortSignal.timeout(40_000)))
    },
  }
}

async function helpLatecomers(context: RecoveryContext, site: Site, how: RecoveryOptions['clients']): Promise<void> {
  const { signal } = context
  await untilNobodyIsRefused({
    look: async () => refusedClients(await lookAtClients(site, signal)).filter(({ pod }) => canBeHelped(pod, how)),
    countsFromMs: () => heardSinceMs(site) + heardMs,
    help: (refused) => helpClients(context, site, refused, how),
    pause: () => sleep(pauseMs, undefined, { signal }),
    timeoutMs,
  })
}
