import type UPlot from 'uplot'
import type { LatencyBuckets } from './latency-buckets.ts'
import { pathLook, styleColour } from './palette.ts'
import type { View } from './view.ts'

interface Wanted {
  readonly width: number
  readonly height: number
  readonly gutterPx: number
  readonly view: View
  readonly buckets: LatencyBuckets
  readonly shown: readonly boolean[]
  readonly titles: readonly string[]
  readonly deadlineMs: number
}

const decades = [0.1, 1, 10, 100, 1000, 10_000]

/** uPlot draws; the lanes own the axis, the pointer and the view. */
export function latencyChartOptions(wanted: Wanted): UPlot.Options {
  const { width, height, gutterPx, view, deadlineMs, shown, titles } = wanted
  const text = styleColour('--muted')
  const grid = { stroke: styleColour('--line'), width: 1 }
  const highest = decades.find((decade) => decade > deadlineMs) ?? 10_000
  return {
    width,
    height,
    padding: [10, 0, 8, 0],
    cursor: { show: false },
    legend: { show: false },
    scales: {
      x: { time: false, range: () => [view.fromMs, view.toMs] },
      // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- its enum exists in the typings only
      y: { distr: 3, range: () => [0.1, highest] },
    },
    axes: [
      { show: false },
      {
        size: gutterPx,
        gap: 8,
        font: `12px ${fontFamily()}`,
        stroke: text,
        grid,
        ticks: { show: false },
        splits: () => decades.filter((decade) => decade <= highest),
        filter: (_chart, splits) => splits,
        values: (_chart, splits) => splits.map((ms) => (ms >= 1000 ? `${ms / 1000} s` : `${ms} ms`)),
      },
    ],
    series: [
      {},
      ...titles.map((label, index): UPlot.Series => {
        const { colour, dash } = pathLook(index)
        return {
          label,
          show: shown[index] ?? true,
          stroke: colour,
          dash: [...dash],
          width: 1.25,
          points: { show: false },
        }
      }),
    ],
    hooks: { draw: [(chart) => drawDeadline(chart, deadlineMs, text), (chart) => drawFailures(chart, wanted)] },
  }
}

const fontFamily = () => getComputedStyle(document.body).fontFamily

function drawDeadline(chart: UPlot, deadlineMs: number, colour: string): void {
  const { ctx, bbox } = chart
  const y = Math.round(chart.valToPos(deadlineMs, 'y', true))
  ctx.save()
  ctx.strokeStyle = colour
  ctx.setLineDash([2 * devicePixelRatio, 4 * devicePixelRatio])
  ctx.beginPath()
  ctx.moveTo(bbox.left, y)
  ctx.lineTo(bbox.left + bbox.width, y)
  ctx.stroke()
  ctx.fillStyle = colour
  ctx.font = `${11 * devicePixelRatio}px ${fontFamily()}`
  ctx.textAlign = 'right'
  ctx.fillText(`deadline ${deadlineMs} ms`, bbox.left + bbox.width, y - 5 * devicePixelRatio)
  ctx.restore()
}

/** A failed probe has no latency: a cross on the deadline says that it was not answered. */
function drawFailures(chart: UPlot, { buckets, shown, deadlineMs }: Wanted): void {
  const { ctx } = chart
  const y = chart.valToPos(deadlineMs, 'y', true)
  const arm = 3.5 * devicePixelRatio
  ctx.save()
  ctx.strokeStyle = styleColour('--fail-mark')
  ctx.lineWidth = 1.5 * devicePixelRatio
  ctx.beginPath()
  for (const [path, failed] of buckets.failed.entries()) {
    if (!(shown[path] ?? true)) continue
    for (const bucket of failed) {
      const x = chart.valToPos(buckets.atMs[bucket] ?? 0, 'x', true)
      ctx.moveTo(x - arm, y - arm)
      ctx.lineTo(x + arm, y + arm)
      ctx.moveTo(x + arm, y - arm)
      ctx.lineTo(x - arm, y + arm)
    }
  }
  ctx.stroke()
  ctx.restore()
}
