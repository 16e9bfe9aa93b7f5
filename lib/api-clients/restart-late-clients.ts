import { setTimeout as sleep } from 'node:timers/promises'
import { limitMs } from '../engine/time-limits.ts'
import type { RecoveryOptions } from '../engine/options.ts'
import type { ClusterState } from '../model.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { watchStartedAtMs } from './watch-start.ts'
import { canRestart, leaveClient, restartClients, restartObstacle } from './restart-clients.ts'
import { observeRejected } from './observe-rejected.ts'
import type { RejectedClient } from './rejected-client.ts'
import { longestRetryMs, unknownClients, type UnknownClient } from './rejected-clients.ts'
import { restartUntilAccepted } from './restart-until-accepted.ts'
import { setVerbosity } from './log-verbosity.ts'

/** In addition to the watch, in milliseconds. One restart in place may itself take 90 s. */
const timeoutMs = 180_000

export interface WatchWindow {
  /** Minimum time every client must have been able to reach the API before "no client rejected" counts. */
  readonly minWatchMs: number
  /** Between two observations: the time a client needs to be rejected, or rejected again. */
  readonly pauseMs: number
  /** Nobody looks again: clients that are rejected and cannot be restarted are named. */
  readonly isLast?: true
}

/**
 * Restarts clients until the API has rejected none for long enough. Then restores the log level of the API servers from
 * their manifests, even if this fails; that also undoes what an earlier repair left.
 */
export async function restartLateClients(
  context: RecoveryContext,
  cluster: ClusterState,
  how: RecoveryOptions['clients'],
  { minWatchMs, pauseMs, isLast }: WatchWindow,
): Promise<void> {
  const { emit, signal } = context
  const leave = (client: RejectedClient, reason: string) => leaveClient(context, cluster, client, reason)
  let rejected: readonly RejectedClient[] = []
  let others: readonly UnknownClient[] = []
  try {
    await restartUntilAccepted({
      async observe() {
        const seen = await observeClients(cluster, signal)
        rejected = seen.rejected
        others = seen.others
        return rejected.filter(({ pod }) => canRestart(cluster, pod, how))
      },
      // Behind a balancer one client may have hidden another, which has not retried since.
      countsFromMs: () => minWatchMs + (isLast ? quietSinceMs(cluster) : watchStartedAtMs(cluster)),
      restartsOf: ({ pod }) => cluster.learned.restarts.get(pod.uid) ?? 0,
      restart: (again) => restartClients(context, cluster, again, how),
      leave: (client, restarts) => leave(client, stillRejected(client, restarts)),
      pause: () => sleep(pauseMs, undefined, { signal }),
      timeoutMs: minWatchMs + limitMs(timeoutMs, cluster.first),
    })
    if (!isLast) return
    for (const other of others) emit({ type: 'client.unknown', ...other })
    for (const client of rejected) {
      const obstacle = restartObstacle(cluster, client.pod, how)
      const isKnown = cluster.learned.leftClients.has(client.pod.uid)
      if (obstacle !== undefined && !isKnown) leave(client, `${client.reason}; not restarted: ${obstacle}`)
    }
  } finally {
    await setVerbosity(cluster, 'as configured', AbortSignal.timeout(40_000))
  }
}

/** Since when a client that is rejected still must be seen: what was rejected before its restart is past. */
const quietSinceMs = (cluster: ClusterState) =>
  Math.max(watchStartedAtMs(cluster), cluster.learned.clientsRestartedAtMs ?? 0)

/**
 * Who is rejected, and who else. Where nobody knows who that is, as behind a balancer that asks with another address than it is asked at,
 * what pods with the address of their machine log counts too from then on; others are known by their own addresses.
 */
async function observeClients(cluster: ClusterState, signal: AbortSignal) {
  const seen = await observeRejected(cluster, signal)
  const sinceMs = Math.max(Date.now() - longestRetryMs, quietSinceMs(cluster))
  const others = unknownClients(seen.snapshot, sinceMs)
  // With anonymous authentication off every health check is answered with 401.
  const distrusting = seen.snapshot.requests.filter(({ outcome }) => outcome === 'tls')
  const isHidden = unknownClients({ ...seen.snapshot, requests: distrusting }, sinceMs).length > 0
  if (!isHidden || cluster.learned.clientsHidden) return { ...seen, others }
  cluster.learned.clientsHidden = true
  return { ...(await observeRejected(cluster, signal)), others }
}

/** Why a client is left after so many restarts. */
function stillRejected({ reason, isByOwnLog, pod }: RejectedClient, restarts: number): string {
  if (restarts === 0) return `${reason}; there was no time left to restart it`
  if (isByOwnLog) return `${reason}, also after a restart`
  if (pod.tokenFiles.length === 0)
    return `${reason}, also after restarts: its credentials are in a Secret, and only who put them there can renew them`
  return `${reason}, also after restarts with this cluster's CA and a new token: it uses other credentials, or was rejected before the loss`
}
