import { plannedCount, plannedMs } from './schedule.ts'
import { outcomes, type ProbeSeries } from '../../model/probe-series.ts'
import { unmeasuredSlots } from './unmeasured-slots.ts'

/**
 * A run of failed samples that no success interrupts, in the order of the grid. Unmeasured samples neither make one nor end it.
 * A sample starts when it was planned. So lowerMs ≤ pointMs ≤ upperMs.
 */
export interface Outage {
  /** Start of the first failed sample, milliseconds since the run began. */
  readonly fromMs: number
  /** What is proved: from the start of the first failed sample to that of the last, without unmeasured slots between them. */
  readonly lowerMs: number
  /** From the start of the first failed sample to that of the next success. */
  readonly pointMs: number
  /** The most it can have been: from the start of the success before to the completion of the next. */
  readonly upperMs: number
  /** Failed samples in it. */
  readonly samples: number
  /** Distinct classes, in the order seen. */
  readonly errors: readonly string[]
  /** No success came after it: point and upper go up to the end of the series, the truth may be more. */
  readonly open: boolean
}

interface Run {
  readonly firstMs: number
  readonly firstN: number
  lastMs: number
  lastN: number
  samples: number
  readonly errors: Set<string>
  /** Start of the success before it, or of the series. */
  readonly sinceMs: number
}

/** All outages of a path, in order. */
export function outagesOf(series: ProbeSeries): readonly Outage[] {
  const planned = plannedCount(series)
  const slots = unmeasuredSlots(series)
  const outages: Outage[] = []
  let run: Run | undefined
  let lastGoodMs = series.startMs
  const end = (of: Run, next: { readonly startMs: number; readonly endMs: number } | undefined): void => {
    const unmeasured = countBetween(slots, of.firstN, of.lastN) * series.intervalMs
    outages.push({
      fromMs: of.firstMs,
      lowerMs: Math.max(0, of.lastMs - of.firstMs - unmeasured),
      pointMs: (next?.startMs ?? series.endMs) - of.firstMs,
      upperMs: (next?.endMs ?? series.endMs) - of.sinceMs,
      samples: of.samples,
      errors: [...of.errors],
      open: next === undefined,
    })
  }
  for (const [row, n] of series.seq.entries()) {
    const outcome = series.outcome[row]
    if (n >= planned || outcome === outcomes.unmeasured) continue
    const startMs = plannedMs(series, n)
    if (outcome === outcomes.ok) {
      if (run) end(run, { startMs, endMs: startMs + (series.latencyMs[row] ?? 0) })
      run = undefined
      lastGoodMs = startMs
      continue
    }
    run ??= {
      firstMs: startMs,
      firstN: n,
      lastMs: startMs,
      lastN: n,
      samples: 0,
      errors: new Set(),
      sinceMs: lastGoodMs,
    }
    run.lastMs = startMs
    run.lastN = n
    run.samples++
    run.errors.add(series.errors[series.error[row] ?? 0] ?? 'unknown')
  }
  if (run) end(run, undefined)
  return outages
}

function countBetween(slots: Uint32Array, first: number, last: number): number {
  let count = 0
  for (const n of slots) if (n > first && n < last) count++
  return count
}
