import type { View } from './view.ts'

const stepsMs = [
  10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000,
  3_600_000, 7_200_000,
]

export interface Tick {
  readonly atMs: number
  readonly label: string
}

/** Round times across the view, about one every 90 px. */
export function ticksOf({ fromMs, toMs }: View, widthPx: number): readonly Tick[] {
  const wanted = ((toMs - fromMs) * 90) / Math.max(90, widthPx)
  const stepMs = stepsMs.find((step) => step >= wanted) ?? Math.ceil(wanted / 3_600_000) * 3_600_000
  const first = Math.ceil(fromMs / stepMs)
  const last = Math.floor(toMs / stepMs)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => {
    const atMs = (first + index) * stepMs
    return { atMs, label: labelOf(atMs, stepMs) }
  })
}

function labelOf(atMs: number, stepMs: number): string {
  const sign = atMs < 0 ? '−' : ''
  const size = Math.abs(atMs)
  if (stepMs >= 60_000) return `${sign}${size / 60_000}\u00A0min`
  return `${sign}${(size / 1000).toFixed(stepMs >= 1000 ? 0 : stepMs >= 100 ? 1 : 2)}\u00A0s`
}
