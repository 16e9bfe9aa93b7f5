import { useEffect, useMemo, useRef } from 'preact/hooks'
import UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { PageSeries } from '../../payload.ts'
import { latencyBuckets } from './latency-buckets.ts'
import { latencyChartOptions } from './latency-chart-options.ts'
import { useLook } from './use-look.ts'
import type { View } from './view.ts'

interface Properties {
  readonly series: readonly PageSeries[]
  /** By path; a hidden one is not drawn. */
  readonly shown: readonly boolean[]
  readonly zeroMs: number
  readonly view: View
  readonly widthPx: number
  readonly gutterPx: number
  readonly deadlineMs: number
}

const heightPx = 190

/** How wide a bucket is drawn. */
export const bucketPx = 5

/** The highest latency of each path over time, on the axis of the lanes. */
export function LatencyChart({ series, shown, zeroMs, view, widthPx, gutterPx, deadlineMs }: Properties) {
  const holder = useRef<HTMLDivElement>(null)
  const look = useLook()
  const buckets = useMemo(
    () => latencyBuckets(series, zeroMs, view, widthPx / bucketPx),
    [series, zeroMs, view, widthPx],
  )
  useEffect(() => {
    if (!holder.current || widthPx === 0) return
    const size = { width: gutterPx + widthPx, height: heightPx }
    const options = latencyChartOptions({
      ...size,
      gutterPx,
      view,
      buckets,
      shown,
      deadlineMs,
      titles: series.map(({ title }) => title),
    })
    const data = [
      [...buckets.atMs],
      ...buckets.highest.map((values) => values.map((ms) => (ms === null ? null : Math.max(0.1, ms)))),
    ]
    const chart = new UPlot(options, data as UPlot.AlignedData, holder.current)
    return () => chart.destroy()
  }, [buckets, shown, view, widthPx, gutterPx, deadlineMs, look, series])
  return (
    <div
      ref={holder}
      class="chart"
      role="img"
      aria-label="Highest latency of each path over time; the tables of probes and outages give the figures"
    />
  )
}
