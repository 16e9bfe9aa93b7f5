/**
 * Figures as text, the same in the journal, on the console, in verdicts and in reports. Blanks are plain ones: a report
 * that wraps its lines replaces them (reports/model/figures.ts).
 */

/** A whole number with blanks between thousands: `24 000`. */
export const count = (n: number): string => String(Math.round(n)).replaceAll(/\B(?=(\d{3})+$)/g, ' ')

/** `1 pod`, `2 pods` */
export const counted = (n: number, noun: string): string => `${count(n)} ${noun}${n === 1 ? '' : 's'}`

/** Milliseconds as seconds: `8.4 s` below ten, `31 s` from there. */
export const seconds = (ms: number): string => `${ms < 9950 ? (ms / 1000).toFixed(1) : Math.round(ms / 1000)} s`

/**
 * Milliseconds with three significant digits: `0.8 ms`, `104 ms`, `4.27 s`, `41.3 s`, `1 min 12 s`, `2 h 05 min`.
 */
export function duration(ms: number): string {
  const size = Math.abs(ms)
  const sign = ms < 0 ? '−' : ''
  if (size < 9.95) return `${sign}${size === 0 ? '0' : size.toFixed(1)} ms`
  if (size < 999.5) return `${sign}${size.toFixed(0)} ms`
  if (size < 9995) return `${sign}${(size / 1000).toFixed(2)} s`
  if (size < 59_950) return `${sign}${(size / 1000).toFixed(1)} s`
  const whole = Math.round(size / 1000)
  if (whole < 3600) return `${sign}${Math.floor(whole / 60)} min ${padded(whole % 60)} s`
  const minutes = Math.round(whole / 60)
  return `${sign}${Math.floor(minutes / 60)} h ${padded(minutes % 60)} min`
}

/** Milliseconds since a start as minutes and seconds, five characters wide below 100 minutes: ` 4:09`. */
export const clock = (ms: number): string =>
  `${String(Math.floor(ms / 60_000)).padStart(2)}:${padded(Math.floor(ms / 1000) % 60)}`

/** A share in percent, rounded down: `100 %` is all of it, `99.99 %` says that something is missing. */
export function percent(share: number): string {
  const hundredths = Math.floor(share * 10_000 + 1e-9)
  return `${share >= 1 ? '100' : (Math.min(hundredths, 9999) / 100).toFixed(2)} %`
}

/** Bytes in decimal units: `640 kB`, `38 MB`, `1.4 GB`. */
export function bytes(n: number): string {
  if (n < 999_500) return `${Math.round(n / 1000)} kB`
  return n < 999_500_000 ? `${Math.round(n / 1e6)} MB` : `${(n / 1e9).toFixed(1)} GB`
}

const padded = (n: number) => String(n).padStart(2, '0')
