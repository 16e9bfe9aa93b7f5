/** A part of the time axis: milliseconds since the injection, or since the run began where nothing was destroyed. */
export interface View {
  readonly fromMs: number
  readonly toMs: number
}

const shortestMs = 200

/** The view within the bounds, not shorter than 200 ms and not longer than they are. */
export function clampView({ fromMs, toMs }: View, bounds: View): View {
  const size = Math.min(bounds.toMs - bounds.fromMs, Math.max(shortestMs, toMs - fromMs))
  const middle = (fromMs + toMs) / 2
  const from = Math.min(bounds.toMs - size, Math.max(bounds.fromMs, middle - size / 2))
  return { fromMs: from, toMs: from + size }
}

/** Closer by a factor above 1, wider by one below. */
export function zoomView({ fromMs, toMs }: View, factor: number): View {
  const [middle, half] = [(fromMs + toMs) / 2, (toMs - fromMs) / 2 / factor]
  return { fromMs: middle - half, toMs: middle + half }
}

/** Sideways by a share of its length. */
export function moveView({ fromMs, toMs }: View, share: number): View {
  const by = (toMs - fromMs) * share
  return { fromMs: fromMs + by, toMs: toMs + by }
}

/** A view of something, with some of what surrounds it. */
export function viewAround(fromMs: number, toMs: number): View {
  const margin = Math.max(100, (toMs - fromMs) * 0.15)
  return { fromMs: fromMs - margin, toMs: toMs + margin }
}

/** Where a time lies in the view, 0 at its left edge and 1 at its right. */
export const shareOf = ({ fromMs, toMs }: View, ms: number): number => (ms - fromMs) / (toMs - fromMs)
