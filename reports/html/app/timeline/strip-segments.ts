import { type PageSeries, pointStates } from '../../payload.ts'
import type { View } from './view.ts'

type StripState = 'ok' | 'failed' | 'unmeasured'

/** Neighbouring pixels in the same state, in pixels from the left edge. */
export interface Segment {
  readonly from: number
  readonly to: number
  readonly state: StripState
}

/**
 * What a path's lane shows: for every pixel the worst of its samples, so that a single failure in a million is still there. A failure
 * outweighs what was not measured, which outweighs success. Pixels without a planned sample are empty.
 */
export function stripSegments(series: PageSeries, zeroMs: number, view: View, widthPx: number): readonly Segment[] {
  const width = Math.max(1, Math.floor(widthPx))
  const worst = new Uint8Array(width)
  const pixelsPerMs = width / (view.toMs - view.fromMs)
  const startMs = series.startMs - zeroMs
  const first = Math.max(0, Math.floor((view.fromMs - startMs) / series.stepMs))
  const last = Math.min(series.points - 1, Math.ceil((view.toMs - startMs) / series.stepMs))
  for (let point = first; point <= last; point++) {
    const atMs = startMs + point * series.stepMs
    const from = Math.max(0, Math.floor((atMs - view.fromMs) * pixelsPerMs))
    const to = Math.min(width, Math.max(from + 1, Math.floor((atMs + series.stepMs - view.fromMs) * pixelsPerMs)))
    const weight = weightOf(series.state[point])
    for (let pixel = from; pixel < to; pixel++) if (weight > (worst[pixel] ?? 0)) worst[pixel] = weight
  }
  return merged(worst)
}

const states: readonly (StripState | undefined)[] = [undefined, 'ok', 'unmeasured', 'failed']

function weightOf(state: number | undefined): number {
  if (state === pointStates.failed) return 3
  return state === pointStates.ok ? 1 : 2
}

function merged(worst: Uint8Array): readonly Segment[] {
  const segments: Segment[] = []
  let from = 0
  for (let pixel = 1; pixel <= worst.length; pixel++) {
    if (worst[pixel] === worst[from]) continue
    const state = states[worst[from] ?? 0]
    if (state !== undefined) segments.push({ from, to: pixel, state })
    from = pixel
  }
  return segments
}
