import { UsageError } from '../model/errors.ts'

/** A parser for integer options; it throws UsageError with the allowed range. */
export function parseInteger(flag: string, min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN
    if (value >= min && value <= max) return value
    throw new UsageError(`${flag} must be an integer from ${min} to ${max}, not "${text}"`)
  }
}
