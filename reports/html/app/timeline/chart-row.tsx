import { useState } from 'preact/hooks'
import type { RunRecord } from '../../../../harness/model/run-record.ts'
import { formatDuration } from '../../../model/figures.ts'
import { isWorkloadPath } from '../../../../harness/model/probe-path.ts'
import { workloadProbes } from '../../../model/record.ts'
import type { PageSeries } from '../../payload.ts'
import { bucketPx, LatencyChart } from './latency-chart.tsx'
import { pathLook } from './palette.ts'
import { useLook } from './use-look.ts'
import type { View } from './view.ts'

interface Properties {
  readonly record: RunRecord
  readonly series: readonly PageSeries[]
  readonly zeroMs: number
  readonly view: View
  readonly widthPx: number
  /** From the left edge of the rows to the axis. */
  readonly gutterPx: number
}

/** The latency chart with its legend; a click on a path hides it. */
export function ChartRow({ record, series, zeroMs, view, widthPx, gutterPx }: Properties) {
  const [shown, setShown] = useState<readonly boolean[]>(series.map(isWorkloadPath))
  useLook()
  const deadlineMs = Math.max(1, ...workloadProbes(record).map((probe) => probe.deadlineMs))
  const bucketMs = Math.max(
    // What is sampled seldom and hidden coarsens nothing.
    ...series.filter((_, index) => shown[index]).map(({ stepMs }) => stepMs),
    (view.toMs - view.fromMs) / Math.max(1, widthPx / bucketPx),
  )
  return (
    <>
      <h3 class="lane-head">
        Latency <small>highest in {formatDuration(bucketMs)}, log scale</small>
      </h3>
      <div class="paths" role="group" aria-label="Paths in the chart">
        {series.map(({ id, title }, index) => {
          const { colour, dash } = pathLook(index)
          return (
            <button
              key={id}
              type="button"
              class="path"
              aria-pressed={shown[index] ?? true}
              onClick={() => setShown(shown.map((on, at) => (at === index ? !on : on)))}
            >
              <svg width="26" height="8" aria-hidden="true" focusable="false">
                <line x1="0" x2="26" y1="4" y2="4" stroke={colour} stroke-width="2" stroke-dasharray={dash.join(' ')} />
              </svg>
              {title}
            </button>
          )
        })}
      </div>
      <LatencyChart
        series={series}
        shown={shown}
        zeroMs={zeroMs}
        view={view}
        widthPx={widthPx}
        gutterPx={gutterPx}
        deadlineMs={deadlineMs}
      />
    </>
  )
}
