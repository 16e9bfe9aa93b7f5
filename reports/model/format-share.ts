/** A share in percent, rounded down: 100 % means all of it, and 99.99 % that something is missing. */
export function formatShare(share: number): string {
  const hundredths = Math.floor(share * 10_000 + 1e-9)
  return `${share >= 1 ? '100' : (Math.min(hundredths, 9999) / 100).toFixed(2)}\u00A0%`
}
