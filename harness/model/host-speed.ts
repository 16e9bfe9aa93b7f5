import { percent } from './format.ts'
import type { HostSpeed } from './host-record.ts'

/** A time budget grows to so many times at most; beyond that a late milestone says nothing about the repair. */
export const mostGrowth = 3

/**
 * How many times slower the cores were than the reference's: while it was repaired, else in the baseline. Below 1 where they were
 * faster, and 1 where nothing was measured.
 */
export function coreFactor({ referenceMs, baselineMs, recoveredMs }: HostSpeed): number {
  return (recoveredMs ?? baselineMs ?? referenceMs) / referenceMs
}

/** How many times longer the same work takes on this host than on the reference left alone; below 1 where it takes less. */
export function hostFactor(speed: HostSpeed): number {
  return coreFactor(speed) / (1 - Math.min(0.99, Math.max(0, speed.othersShare ?? 0)))
}

/** The budget for a host that is so many times slower: never less than the budget, at most threefold. */
export function scaledBudget(budget: number, factor: number): number {
  return budget * Math.min(mostGrowth, Math.max(1, factor))
}

/** Within the scaled budget is a pass. Beyond it is a fail, but unknown where the host was slower than a budget may grow. */
export function judgeBudget(used: number, budget: number, factor: number): 'pass' | 'unknown' | 'fail' {
  if (used <= scaledBudget(budget, factor)) return 'pass'
  return factor > mostGrowth ? 'unknown' : 'fail'
}

/** Why a budget grew or not: `cores 1.12 times slower than the reference, 41 % of the processor time taken by others`. */
export function hostSpeedText(speed: HostSpeed): string {
  const measured = speed.baselineMs !== null || speed.recoveredMs !== null
  const factor = coreFactor(speed)
  const times = factor < 1 ? `${(1 / factor).toFixed(2)} times faster` : `${factor.toFixed(2)} times slower`
  const cores = measured ? `cores ${times} than the reference` : 'cores not measured'
  const others =
    speed.othersShare === null
      ? 'the share of others not measured'
      : `${percent(speed.othersShare)} of the processor time taken by others`
  return `${cores}, ${others}`
}
