export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
  /** How many values there were. */
  readonly count: number
}

/** Of the values that were measured; undefined where there is none. */
export function spreadOf(values: readonly (number | null | undefined)[]): Spread | undefined {
  const sorted = values.filter((value): value is number => typeof value === 'number').sort((a, b) => a - b)
  const [min] = sorted
  const max = sorted.at(-1)
  if (min === undefined || max === undefined) return undefined
  const middle = (sorted.length - 1) / 2
  const median = ((sorted[Math.floor(middle)] ?? min) + (sorted[Math.ceil(middle)] ?? max)) / 2
  return { median, min, max, count: sorted.length }
}
