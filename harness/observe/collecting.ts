/** How collectors take a snapshot: with its time on both clocks, and patiently where the cluster settles by itself. */
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { DrillContext } from '../model/context.ts'

/** When a snapshot was taken, on both clocks: the cluster's objects carry wall time, the record the run's clock. */
export const momentSchema = z.object({
  atMs: z.number().describe('Milliseconds since the run began'),
  takenAt: z.iso.datetime(),
})
export type Moment = z.infer<typeof momentSchema>

export const momentOf = (context: DrillContext): Moment => ({
  atMs: context.journal.nowMs(),
  takenAt: new Date().toISOString(),
})

/**
 * A wall time of the cluster on the run's clock. All nodes of a drill share the kernel of this host, so the two clocks differ by a
 * constant. Undefined for what is no time.
 */
export function onRunClock(moment: Moment, wallTime: string): number | undefined {
  const wallMs = Date.parse(wallTime)
  return Number.isNaN(wallMs) ? undefined : moment.atMs + (wallMs - Date.parse(moment.takenAt))
}

const pollIntervalMs = 1000

/**
 * The first poll that `isGood`, or the last one when the time is over: what recovers by itself a few seconds after the repair is
 * not missing, and what is missing is reported as it was seen last. A poll that throws ends it. Rejects at an abort.
 */
export async function eventually<T>(
  poll: () => Promise<T>,
  isGood: (seen: T) => boolean,
  { patienceMs, signal }: { readonly patienceMs: number; readonly signal: AbortSignal },
): Promise<T> {
  const until = performance.now() + patienceMs
  for (;;) {
    signal.throwIfAborted()
    const seen = await poll()
    if (isGood(seen) || performance.now() + pollIntervalMs > until) return seen
    await sleep(pollIntervalMs, undefined, { signal })
  }
}
