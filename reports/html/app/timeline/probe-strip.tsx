import { useMemo } from 'preact/hooks'
import type { PageSeries } from '../../payload.ts'
import { stripSegments } from './strip-segments.ts'
import type { View } from './view.ts'

interface Properties {
  readonly series: PageSeries
  readonly zeroMs: number
  readonly view: View
  readonly widthPx: number
}

/** All samples of a path as one strip. Its outages are bars of their own, so this is for the eye only. */
export function ProbeStrip({ series, zeroMs, view, widthPx }: Properties) {
  const segments = useMemo(() => stripSegments(series, zeroMs, view, widthPx), [series, zeroMs, view, widthPx])
  return (
    <svg
      class="strip"
      viewBox={`0 0 ${Math.max(1, Math.floor(widthPx))} 20`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      {segments.map(({ from, to, state }) => (
        <rect
          key={from}
          class={`strip-${state}`}
          x={from}
          width={to - from}
          y={state === 'ok' ? 8 : 2}
          height={state === 'ok' ? 4 : 16}
        />
      ))}
    </svg>
  )
}
