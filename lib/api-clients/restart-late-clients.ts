import { setTimeout as sleep } from 'node:timers/promises'
import type { RecoveryOptions } from '../engine/options.ts'
import type { Site } from '../preflight/survey.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { heardSinceMs } from './watch-start.ts'
import { canBeHelped, helpClients } from './restart-clients.ts'
import { lookAtClients } from './observe-clients.ts'
import { refusedClients } from './rejected-clients.ts'
import { untilNobodyIsRefused } from './restart-until-accepted.ts'
import { setVerbosity } from './log-verbosity.ts'

/** Beside the time to be heard, in milliseconds. A restart in place is itself waited for up to 90 s. */
const timeoutMs = 180_000

export interface Listening {
  /** How long every client must have had a way to the API before nobody refused means something. */
  readonly heardMs: number
  /** Between two looks: the time of a client to be refused, or refused again. */
  readonly pauseMs: number
}

/**
 * Helps until the API has refused nobody for long enough. The API servers then say again what their manifests want, also
 * when this fails; what an earlier repair left is set back in the same way.
 */
export async function helpLatecomers(
  context: RecoveryContext,
  site: Site,
  how: RecoveryOptions['clients'],
  { heardMs, pauseMs }: Listening,
): Promise<void> {
  const { signal } = context
  try {
    await untilNobodyIsRefused({
      look: async () => refusedClients(await lookAtClients(site, signal)).filter(({ pod }) => canBeHelped(pod, how)),
      countsFromMs: () => heardSinceMs(site) + heardMs,
      help: (refused) => helpClients(context, site, refused, how),
      pause: () => sleep(pauseMs, undefined, { signal }),
      timeoutMs: heardMs + timeoutMs,
    })
  } finally {
    await setVerbosity(site, 'as configured', AbortSignal.timeout(40_000))
  }
}
