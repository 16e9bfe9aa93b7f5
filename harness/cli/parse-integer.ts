import { UsageError } from '../model/errors.ts'

/** A parser for options that take a whole number; throws UsageError that names the range. */
export function parseInteger(flag: string, min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN
    if (value >= min && value <= max) return value
    throw new UsageError(`${flag} takes a whole number from ${min} to ${max}, not "${text}"`)
  }
}
