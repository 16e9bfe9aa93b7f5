export interface Quantiles {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** Exact: the smallest value that at least that share of the values does not exceed. Null without values. Sorts in place. */
export function quantilesOf(values: Float32Array): Quantiles | null {
  if (values.length === 0) return null
  const sorted = values.sort()
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
  return { p50: at(0.5), p99: at(0.99), max: at(1) }
}
