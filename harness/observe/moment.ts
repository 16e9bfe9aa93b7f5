import { z } from 'zod'
import type { DrillContext } from '../model/model.ts'

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
