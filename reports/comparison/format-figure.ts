import { formatCount, formatDuration } from '../model/figures.ts'
import type { Figure } from './run-figures.ts'

/** A value of a figure for readers: `31.0 s`, `12`, `1.42 times`. */
export function formatFigure(unit: Figure['unit'], value: number): string {
  if (unit === 'ms') return formatDuration(value)
  return unit === 'count' ? formatCount(value) : `${value.toFixed(2)}\u00A0times`
}
