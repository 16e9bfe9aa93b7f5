import { setTimeout as sleep } from 'node:timers/promises'

const intervalMs = 1000

/**
 * The first look that `isGood`, or the last one when the time is over: what comes back by itself a few seconds after the repair is
 * not missing, and what is missing is shown as it was seen last. A look that throws ends it. Rejects at an abort.
 */
export async function eventually<T>(
  look: () => Promise<T>,
  isGood: (seen: T) => boolean,
  { patienceMs, signal }: { readonly patienceMs: number; readonly signal: AbortSignal },
): Promise<T> {
  const until = performance.now() + patienceMs
  for (;;) {
    signal.throwIfAborted()
    const seen = await look()
    if (isGood(seen) || performance.now() + intervalMs > until) return seen
    await sleep(intervalMs, undefined, { signal })
  }
}
