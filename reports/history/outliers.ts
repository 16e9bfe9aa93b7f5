/** What is usual for a figure over the nights. */
export interface Typical {
  readonly median: number
  /** How far a night is usually from it: the median absolute deviation, scaled to a standard deviation; at least the figure's noise. */
  readonly spread: number
  /** Beyond these a value is an outlier. */
  readonly from: number
  readonly to: number
}

/** With fewer nights nothing is usual yet. */
export const leastNights = 5
/** So many spreads from the median are an outlier. */
const outlierSpreads = 3
/** Makes the median absolute deviation of normally distributed values their standard deviation. */
const scale = 1.4826

/** Median and spread of the measured values; undefined for too few. Both hardly notice single outliers, however far out. */
export function typicalOf(values: readonly (number | null)[], noise: number): Typical | undefined {
  const measured = values.filter((value) => value !== null)
  if (measured.length < leastNights) return undefined
  const median = medianOf(measured)
  const deviation = medianOf(measured.map((value) => Math.abs(value - median)))
  const spread = Math.max(scale * deviation, noise / outlierSpreads)
  return { median, spread, from: median - outlierSpreads * spread, to: median + outlierSpreads * spread }
}

/** `high` or `low` for a value that is far from what is usual, else undefined. */
export function outlierOf(value: number | null, typical: Typical | undefined): 'high' | 'low' | undefined {
  if (value === null || typical === undefined) return undefined
  if (value > typical.to) return 'high'
  return value < typical.from ? 'low' : undefined
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2
}
