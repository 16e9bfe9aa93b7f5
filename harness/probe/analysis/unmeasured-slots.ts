import { plannedCount } from './schedule.ts'
import { outcomes, type ProbeSeries } from '../../model/probe-series.ts'

/**
 * The points of the grid that say nothing, ascending: the sample was not measured, or there is no record of it (the prober was
 * killed, stopped, or too late to send it).
 */
export function unmeasuredSlots(series: ProbeSeries): Uint32Array {
  const measured = new Uint8Array(plannedCount(series))
  for (const [row, n] of series.seq.entries())
    // What was planned after the end lies outside of the array, which takes nothing there.
    if (series.outcome[row] !== outcomes.unmeasured) measured[n] = 1
  let count = 0
  for (const seen of measured) count += 1 - seen
  const slots = new Uint32Array(count)
  let next = 0
  for (const [n, seen] of measured.entries()) if (seen === 0) slots[next++] = n
  return slots
}
