import { milestoneAt } from '../../../../harness/model/milestone.ts'
import type { RunRecord } from '../../../../harness/model/run-record.ts'
import { formatDuration } from '../../../model/figures.ts'
import type { Tick } from './ticks.ts'
import { shareOf, type View } from './view.ts'

interface Properties {
  readonly view: View
  readonly ticks: readonly Tick[]
}

/** The times along the axis. */
export function AxisRow({ view, ticks }: Properties) {
  return (
    <div class="lane lane-axis" aria-hidden="true">
      <div class="lane-name" />
      <div class="track">
        {ticks.map(({ atMs, label }) => (
          <span key={atMs} class="tick" style={{ left: `${shareOf(view, atMs) * 100}%` }}>
            {label}
          </span>
        ))}
      </div>
    </div>
  )
}

/** Labels of the two vertical lines: injection and recovery. */
export function MarkRow({
  view,
  widthPx,
  record,
}: {
  readonly view: View
  readonly widthPx: number
  readonly record: RunRecord
}) {
  const recovered = milestoneAt(record.milestones, 'recovered')
  const percent = (ms: number) => `${shareOf(view, ms) * 100}%`
  const visible = (ms: number) => ms >= view.fromMs && ms <= view.toMs
  if (record.injectedAtMs === null) return null
  return (
    <div class="lane lane-marks" aria-hidden="true">
      <div class="lane-name" />
      <div class="track">
        {visible(0) && (
          <span class="mark mark-injection" style={{ left: percent(0) }}>
            ✕{widthPx > 500 || shareOf(view, 0) * widthPx > 60 ? ' injected' : ''}
          </span>
        )}
        {recovered !== null && visible(recovered) && (
          <span
            class={`mark mark-recovered ${(1 - shareOf(view, recovered)) * widthPx < 130 ? 'mark-left' : ''}`}
            style={{ left: percent(recovered) }}
          >
            ✓ recovered, {formatDuration(recovered)}
          </span>
        )}
      </div>
    </div>
  )
}
