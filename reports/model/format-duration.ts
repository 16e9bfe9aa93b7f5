const blank = '\u00A0'

/** Milliseconds for people, with three digits that mean something: `0.8 ms`, `104 ms`, `4.27 s`, `41.3 s`, `1 min 12 s`, `2 h 05 min`. */
export function formatDuration(ms: number): string {
  const size = Math.abs(ms)
  const sign = ms < 0 ? '−' : ''
  const text = (value: string, unit: string) => `${sign}${value}${blank}${unit}`
  if (size < 9.95) return text(size === 0 ? '0' : size.toFixed(1), 'ms')
  if (size < 999.5) return text(size.toFixed(0), 'ms')
  if (size < 9995) return text((size / 1000).toFixed(2), 's')
  if (size < 59_950) return text((size / 1000).toFixed(1), 's')
  const seconds = Math.round(size / 1000)
  if (seconds < 3600) return `${text(String(Math.floor(seconds / 60)), 'min')}${blank}${padded(seconds % 60)}${blank}s`
  const minutes = Math.round(seconds / 60)
  return `${text(String(Math.floor(minutes / 60)), 'h')}${blank}${padded(minutes % 60)}${blank}min`
}

const padded = (n: number) => String(n).padStart(2, '0')
