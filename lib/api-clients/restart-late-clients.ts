import { setTimeout as sleep } from 'node:timers/promises'
import type { RecoveryOptions } from '../engine/options.ts'
import type { ClusterState } from '../model.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { watchStartedAtMs } from './watch-start.ts'
import { canRestart, restartClients } from './restart-clients.ts'
import { observeApiClients } from './observe-clients.ts'
import { rejectedClients } from './rejected-clients.ts'
import { restartUntilAccepted } from './restart-until-accepted.ts'
import { setVerbosity } from './log-verbosity.ts'

/** Beside the time to be heard, in milliseconds. A restart in place is itself waited for up to 90 s. */
const timeoutMs = 180_000

export interface WatchWindow {
  /** How long every client must have had a way to the API before nobody refused means something. */
  readonly minWatchMs: number
  /** Between two looks: the time of a client to be refused, or refused again. */
  readonly pauseMs: number
}

/**
 * Helps until the API has refused nobody for long enough. The API servers then say again what their manifests want, also
 * when this fails; what an earlier repair left is set back in the same way.
 */
export async function restartLateClients(
  context: RecoveryContext,
  cluster: ClusterState,
  how: RecoveryOptions['clients'],
  { minWatchMs, pauseMs }: WatchWindow,
): Promise<void> {
  const { signal } = context
  try {
    await restartUntilAccepted({
      look: async () =>
        rejectedClients(await observeApiClients(cluster, signal)).filter(({ pod }) => canRestart(pod, how)),
      countsFromMs: () => watchStartedAtMs(cluster) + minWatchMs,
      help: (refused) => restartClients(context, cluster, refused, how),
      pause: () => sleep(pauseMs, undefined, { signal }),
      timeoutMs: minWatchMs + timeoutMs,
    })
  } finally {
    await setVerbosity(cluster, 'as configured', AbortSignal.timeout(40_000))
  }
}
