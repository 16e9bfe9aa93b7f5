import type { RejectedClient } from './rejected-clients.ts'

/** Restarts per pod. The first may come before kubelet has resynced the pod's volumes. */
const restarts = 2

export interface RestartLoop {
  /** The clients that are rejected now and can be restarted. */
  readonly observe: () => Promise<readonly RejectedClient[]>
  /** Earliest time at which an observation without rejected clients counts, in milliseconds since 1970. */
  readonly countsFromMs: () => number
  readonly restart: (rejected: readonly RejectedClient[]) => Promise<void>
  /** Gives clients the time to be rejected, or rejected again. */
  readonly pause: () => Promise<void>
  /** Upper bound, because recreated pods can be rejected again. */
  readonly timeoutMs: number
}

/**
 * Restarts rejected clients until there are none. A client that appears late gets as many restarts as the first. Rejects
 * with the pods that are still rejected.
 */
export async function restartUntilAccepted({
  observe,
  countsFromMs,
  restart,
  pause,
  timeoutMs,
}: RestartLoop): Promise<void> {
  const had = new Map<string, number>()
  const restartsOf = ({ pod }: RejectedClient) => had.get(pod.uid) ?? 0
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
    const givenUp = rejected.filter((client) => isOver || restartsOf(client) >= restarts)
    if (givenUp.length > 0) {
      const names = givenUp.map((client) => {
        const { pod, reason } = client
        return `${pod.namespace}/${pod.name} (${reason}; restarted ${restartsOf(client)} times)`
      })
      throw new Error(`the API still rejects ${names.join(', ')}`)
    }
    for (const client of rejected) had.set(client.pod.uid, restartsOf(client) + 1)
    await restart(rejected)
    await pause()
  }
}
