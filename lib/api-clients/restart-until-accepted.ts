import type { RejectedClient } from './rejected-client.ts'

/** Restarts per pod, of all steps. The first may come before kubelet has resynced the pod's volumes. */
const restarts = 3
/** Of a pod that may have to stay rejected. */
const restartsOfDoubtful = 2
/** Of one that has had the volumes of now: whatever it uses instead, no restart gives it anything else. */
const restartsOfUpToDate = 1

export interface RestartLoop {
  /** The clients that are rejected now and can be restarted; none that was left. */
  readonly observe: () => Promise<readonly RejectedClient[]>
  /** Earliest time at which an observation without rejected clients counts, in milliseconds since 1970. */
  readonly countsFromMs: () => number
  /** How many a client had, of this step and those before. */
  readonly restartsOf: (client: RejectedClient) => number
  readonly restart: (rejected: readonly RejectedClient[]) => Promise<void>
  /** Names a client that stays rejected. `restarts`: how many it had. */
  readonly leave: (client: RejectedClient, restarts: number) => void
  /** Gives clients the time to be rejected, or rejected again. */
  readonly pause: () => Promise<void>
  /** Upper bound, because recreated pods can be rejected again. */
  readonly timeoutMs: number
}

/**
 * Restarts rejected clients until there are none but those that restarts do not help, which it names: a client may have been rejected
 * before the loss, and holds nobody up. A client that appears late gets as many restarts as the first.
 */
export async function restartUntilAccepted({
  observe,
  countsFromMs,
  restartsOf,
  restart,
  leave,
  pause,
  timeoutMs,
}: RestartLoop): Promise<void> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const beganMs = Date.now()
    const rejected = await observe()
    if (rejected.length === 0) {
      if (beganMs >= countsFromMs()) return
      await pause()
      continue
    }
    const isOver = Date.now() >= deadline
    const givenUp = rejected.filter((client) => isOver || restartsOf(client) >= limitFor(client))
    for (const client of givenUp) leave(client, restartsOf(client))
    if (isOver) return
    const again = rejected.filter((client) => !givenUp.includes(client))
    if (again.length > 0) await restart(again)
    await pause()
  }
}

/**
 * It has no projected token, so that a Secret holds its credentials: a kubeconfig, for example. Or only its own words say that it is
 * rejected, perhaps by somebody else than the API.
 */
const mayStay = ({ pod, isByOwnLog }: RejectedClient) => pod.tokenFiles.length === 0 || isByOwnLog === true

function limitFor(client: RejectedClient): number {
  if (client.isUpToDate) return restartsOfUpToDate
  return mayStay(client) ? restartsOfDoubtful : restarts
}
