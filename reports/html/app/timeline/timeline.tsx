import { useMemo, useRef, useState } from 'preact/hooks'
import { milestoneAt } from '../../../../harness/model/milestone.ts'
import type { RunRecord } from '../../../../harness/model/run-record.ts'
import type { PageSeries } from '../../payload.ts'
import { Section } from '../layout/section.tsx'
import { AxisRow, MarkRow } from './axis-row.tsx'
import { type LaneContext, LaneRow } from './lane-row.tsx'
import { type LaneItem, type Lanes, lanesOf } from './lanes.ts'
import { Legend } from './legend.tsx'
import { moveFocus } from './move-focus.ts'
import { Plane } from './plane.tsx'
import { readoutAt } from './readout.ts'
import { SampleRows } from './sample-rows.tsx'
import { ticksOf } from './ticks.ts'
import { Toolbar } from './toolbar.tsx'
import { type Brush, useBrush } from './use-brush.ts'
import { useWidth } from './use-width.ts'
import { clampView, type View, viewAround } from './view.ts'
import { viewsOf } from './views.ts'

interface Properties {
  readonly record: RunRecord
  readonly series: readonly PageSeries[]
}

/** Phases, probes, latency and repair steps on one time axis; the injection is at 0. */
export function Timeline({ record, series }: Properties) {
  const zeroMs = record.injectedAtMs ?? 0
  const lanes = useMemo(() => lanesOf(record), [record])
  const views = useMemo(() => viewsOf(record), [record])
  const [view, setView] = useState<View>(views.measured)
  const [item, setItem] = useState<LaneItem | null>(null)
  const plane = useRef<HTMLDivElement>(null)
  const widthPx = useWidth(plane)
  const go = (next: View) => setView(clampView(next, views.whole))
  const timeAt = (share: number) => view.fromMs + share * (view.toMs - view.fromMs)
  const brush = useBrush(
    () => plane.current,
    (from, to) => go({ fromMs: timeAt(from), toMs: timeAt(to) }),
  )
  const context: LaneContext = {
    view,
    widthPx,
    tabStop: firstIn(lanes, view),
    onSelect: ({ fromMs, toMs }) => go(viewAround(fromMs, toMs)),
    onShow: setItem,
  }
  const hovered = brush.hover === null ? null : readoutAt(series, zeroMs, timeAt(brush.hover))
  return (
    <Section id="timeline" title="Timeline" lead={leadOf(record)}>
      <Toolbar view={view} views={views} onView={go} />
      <div>
        <Rows record={record} series={series} lanes={lanes} context={context} brush={brush} plane={plane} />
        <p class="readout">
          {item?.story ?? hovered ?? 'Drag to zoom. Arrow keys move between bars; Enter zooms in on one.'}
        </p>
      </div>
      <Legend />
    </Section>
  )
}

interface RowsProperties extends Properties {
  readonly lanes: Lanes
  readonly context: LaneContext
  readonly brush: Brush
  readonly plane: { readonly current: HTMLDivElement | null }
}

function Rows({ record, series, lanes, context, brush, plane }: RowsProperties) {
  const { view, widthPx } = context
  const ticks = ticksOf(view, widthPx)
  const gutterPx = plane.current?.offsetLeft ?? 0
  return (
    <div
      class="rows"
      style={{ '--gutter-share': gutterPx / (gutterPx + widthPx || 1) }}
      onKeyDown={(event) => moveFocus(event, event.currentTarget)}
      {...brush.handlers}
    >
      <div class="plane" ref={plane}>
        <Plane record={record} view={view} ticks={ticks} brush={brush} />
      </div>
      <MarkRow view={view} widthPx={widthPx} record={record} />
      <AxisRow view={view} ticks={ticks} />
      <LaneRow lane={lanes.phases} context={context} kind="phases" />
      {lanes.milestones.items.length > 0 && <LaneRow lane={lanes.milestones} context={context} kind="milestones" />}
      <SampleRows
        record={record}
        series={series}
        lanes={lanes.probes}
        context={context}
        zeroMs={record.injectedAtMs ?? 0}
        gutterPx={gutterPx}
      />
      {lanes.steps.length > 0 && <h3 class="lane-head">Repair steps</h3>}
      {lanes.steps.map((lane) => (
        <LaneRow key={lane.id} lane={lane} context={context} kind="step" />
      ))}
      <AxisRow view={view} ticks={ticks} />
    </div>
  )
}

function leadOf({ injectedAtMs, milestones }: RunRecord): string {
  if (injectedAtMs === null) return 'Time since the start of the run. No fault was injected.'
  return milestoneAt(milestones, 'recovered') === null
    ? 'Time since the fault injection. Shaded: from the injection to the end, because the cluster did not recover.'
    : 'Time since the fault injection. Shaded: from the injection to the recovery.'
}

/** The first bar in the tab order. */
function firstIn({ phases, milestones, probes, steps }: Lanes, { fromMs, toMs }: View): string {
  const items = [phases, milestones, ...probes, ...steps].flatMap((lane) => lane.items)
  return items.find((item) => item.toMs >= fromMs && item.fromMs <= toMs)?.key ?? ''
}
