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

/** In addition to the watch, in milliseconds. One restart in place may itself take 90 s. */
const timeoutMs = 180_000

export interface WatchWindow {
  /** Minimum time every client must have been able to reach the API before "no client rejected" counts. */
  readonly minWatchMs: number
  /** Between two observations: the time a client needs to be rejected, or rejected again. */
  readonly pauseMs: number
}

/**
 * Restarts clients until the API has rejected none for long enough. Then restores the log level of the API servers from
 * their manifests, even if this fails; that also undoes what an earlier repair left.
 */
export async function restartLateClients(
  context: RecoveryContext,
  cluster: ClusterState,
  how: RecoveryOptions['clients'],
  { minWatchMs, pauseMs }: WatchWindow,
): Promise<void> {
  const { emit, signal } = context
  try {
    await restartUntilAccepted({
      observe: async () =>
        rejectedClients(await observeApiClients(cluster, signal)).filter(({ pod }) => canRestart(cluster, pod, how)),
      countsFromMs: () => watchStartedAtMs(cluster) + minWatchMs,
      restart: (rejected) => restartClients(context, cluster, rejected, how),
      leave: ({ pod, reason, isByOwnLog }) => {
        cluster.learned.leftClients.add(pod.uid)
        const why = isByOwnLog
          ? `${reason}, also after a restart`
          : `${reason}, also after restarts: its credentials are in a Secret, and only who put them there can renew them`
        emit({ type: 'client.left', node: pod.node, pod: `${pod.namespace}/${pod.name}`, reason: why })
      },
      pause: () => sleep(pauseMs, undefined, { signal }),
      timeoutMs: minWatchMs + timeoutMs,
    })
  } finally {
    await setVerbosity(cluster, 'as configured', AbortSignal.timeout(40_000))
  }
}
