/** A whole number with blanks between thousands: `67 227`. */
export function formatCount(n: number): string {
  return String(Math.round(n)).replaceAll(/\B(?=(\d{3})+$)/g, '\u00A0')
}

/** `1 probe`, `2 probes` */
export function formatCounted(n: number, noun: string): string {
  return `${formatCount(n)}\u00A0${noun}${n === 1 ? '' : 's'}`
}
