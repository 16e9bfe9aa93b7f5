import { setTimeout as sleep } from 'node:timers/promises'
import { WaitTimeoutError } from './errors.ts'

export interface WaitOptions {
  readonly timeoutMs: number
  /** Pause between two attempts, at least; default 250. After an attempt that takes long it is half of that time, up to 2 s. */
  readonly intervalMs?: number
  readonly signal?: AbortSignal
}

/** In large clusters a look at all objects takes seconds, of the API server's time too. */
const longestPauseMs = 2000

/**
 * Calls `ask` until it gives something other than undefined or false, and returns that. A rejection counts as "not
 * yet". Rejects with WaitTimeoutError, whose cause is the last rejection.
 * @param what completes "waiting until …"
 */
export async function waitFor<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  options: WaitOptions,
): Promise<T> {
  const { timeoutMs, intervalMs = 250, signal } = options
  const started = performance.now()
  let last: unknown
  for (;;) {
    signal?.throwIfAborted()
    const askedAt = performance.now()
    try {
      const seen = await ask()
      if (seen !== undefined && seen !== false) return seen
      last = undefined
    } catch (error) {
      last = error
    }
    const now = performance.now()
    const pauseMs = Math.max(intervalMs, Math.min((now - askedAt) / 2, longestPauseMs))
    if (now - started + pauseMs > timeoutMs) throw new WaitTimeoutError(what, now - started, { cause: last })
    await sleep(pauseMs, undefined, { signal })
  }
}

/**
 * Waits until nothing remains of a list. Rejects with WaitTimeoutError, which names what remained last.
 * @param what completes "waiting until …"
 * @param remaining the names of what is not done yet
 */
export async function waitUntilNone(
  what: string,
  remaining: () => Promise<readonly string[]>,
  options: WaitOptions,
): Promise<void> {
  const isDone = async () => {
    const names = await remaining()
    if (names.length > 0) throw new Error(`not yet: ${names.join(', ')}`)
    return true
  }
  await waitFor(what, isDone, options)
}
