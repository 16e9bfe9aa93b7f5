import type { RejectedClient } from './rejected-clients.ts'

/** Restarts that one pod gets. The first may come before kubelet has written the pod's volumes anew. */
const restarts = 2

export interface RestartLoop {
  /** Who is refused at this moment, of those that can be helped. */
  readonly look: () => Promise<readonly RejectedClient[]>
  /** From when on a look counts at which nobody is refused, in milliseconds since 1970. */
  readonly countsFromMs: () => number
  readonly help: (refused: readonly RejectedClient[]) => Promise<void>
  /** Gives clients the time to be refused, or refused again. */
  readonly pause: () => Promise<void>
  /** For help that makes refused pods anew without end, in milliseconds. */
  readonly timeoutMs: number
}

/**
 * Looks and helps until nobody is refused. Who is seen late is helped as often as who was seen first. Rejects with the
 * pods that are refused still.
 */
export async function restartUntilAccepted({ look, countsFromMs, help, pause, timeoutMs }: RestartLoop): Promise<void> {
  const had = new Map<string, number>()
  const restartsOf = ({ pod }: RejectedClient) => had.get(pod.uid) ?? 0
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const beganMs = Date.now()
    const refused = await look()
    if (refused.length === 0) {
      if (beganMs >= countsFromMs()) return
      await pause()
      continue
    }
    const isOver = Date.now() >= deadline
    const given = refused.filter((client) => isOver || restartsOf(client) >= restarts)
    if (given.length > 0) {
      const names = given.map((client) => {
        const { pod, reason } = client
        return `${pod.namespace}/${pod.name} (${reason}; restarted ${restartsOf(client)} times)`
      })
      throw new Error(`the API still refuses ${names.join(', ')}`)
    }
    for (const client of refused) had.set(client.pod.uid, restartsOf(client) + 1)
    await help(refused)
    await pause()
  }
}
