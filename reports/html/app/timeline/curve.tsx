import type { CurvePart } from './lanes.ts'
import { shareOf, type View } from './view.ts'

/** Shares over time as columns. The bars above it tell the same to a screen reader, so this is for the eye only. */
export function Curve({ parts, view }: { readonly parts: readonly CurvePart[]; readonly view: View }) {
  const shown = parts.filter(({ fromMs, toMs }) => toMs >= view.fromMs && fromMs <= view.toMs)
  return (
    <svg class="strip" viewBox="0 0 1000 20" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      {shown.map(({ fromMs, toMs, share }) => {
        const [from, to] = [Math.max(0, shareOf(view, fromMs)), Math.min(1, shareOf(view, toMs))]
        const height = Math.max(0.5, share * 18)
        return (
          <rect
            key={fromMs}
            class="curve"
            x={from * 1000}
            width={Math.max(0, to - from) * 1000}
            y={19 - height}
            height={height}
          />
        )
      })}
    </svg>
  )
}
