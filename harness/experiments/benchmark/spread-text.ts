import { type Spread } from '../../model/statistics.ts'

export const rounded = (value: number): string => String(Math.round(value))

/** `43 s (42 s–45 s)`: the median and the spread; one value by itself, and `–` where there is none. */
export function spreadText(spread: Spread | undefined, show: (value: number) => string): string {
  if (!spread) return '–'
  const { median, min, max, count } = spread
  return count === 1 ? show(median) : `${show(median)} (${show(min)}–${show(max)})`
}
