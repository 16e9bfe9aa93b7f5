import { useMemo, useRef, useState } from 'preact/hooks'
import type { RunRecord } from '../../../../harness/record/run-record.ts'
import type { PageSeries } from '../../payload.ts'
import { Section } from '../section.tsx'
import { AxisRow, MarkRow } from './axis-row.tsx'
import { ChartRow } from './chart-row.tsx'
import { type LaneContext, LaneRow } from './lane-row.tsx'
import { type LaneItem, lanesOf } from './lanes.ts'
import { Legend } from './legend.tsx'
import { moveFocus } from './move-focus.ts'
import { Plane } from './plane.tsx'
import { ProbeStrip } from './probe-strip.tsx'
import { readoutAt } from './readout.ts'
import { ticksOf } from './ticks.ts'
import { Toolbar } from './toolbar.tsx'
import { useBrush } from './use-brush.ts'
import { useWidth } from './use-width.ts'
import { clampView, type View, viewAround } from './view.ts'
import { viewsOf } from './views.ts'

interface Properties {
  readonly record: RunRecord
  readonly series: readonly PageSeries[]
}

/** Phases, probes, latency and steps of the repair on one time axis, with the injection at 0. */
export function Timeline({ record, series }: Properties) {
  const zeroMs = record.injectedAtMs ?? 0
  const lanes = useMemo(() => lanesOf(record), [record])
  const views = useMemo(() => viewsOf(record), [record])
  const [view, setView] = useState<View>(views.measured)
  const [item, setItem] = useState<LaneItem | null>(null)
  const plane = useRef<HTMLDivElement>(null)
  const rows = useRef<HTMLDivElement>(null)
  const widthPx = useWidth(plane)
  const ticks = ticksOf(view, widthPx)
  const go = (next: View) => setView(clampView(next, views.whole))
  const timeAt = (share: number) => view.fromMs + share * (view.toMs - view.fromMs)
  const brush = useBrush(
    () => plane.current,
    (from, to) => go({ fromMs: timeAt(from), toMs: timeAt(to) }),
  )
  const first = [lanes.phases, lanes.milestones, ...lanes.probes, ...lanes.steps]
    .flatMap(({ items }) => items)
    .find((each) => each.toMs >= view.fromMs && each.fromMs <= view.toMs)
  const context: LaneContext = {
    view,
    widthPx,
    tabStop: first?.key ?? '',
    onSelect: (each) => go(viewAround(each.fromMs, each.toMs)),
    onShow: setItem,
  }
  const lead =
    record.injectedAtMs === null
      ? 'Time since the run began; nothing was destroyed.'
      : 'Time since the injection. Shaded: from the injection until recovered.'
  const said =
    item?.story ??
    (brush.hover === null
      ? 'Draw a range to zoom; arrow keys move between bars, Enter zooms to one.'
      : readoutAt(series, zeroMs, timeAt(brush.hover)))
  return (
    <Section id="timeline" title="Timeline" lead={lead}>
      <Toolbar view={view} views={views} onView={go} />
      <p class="readout">{said}</p>
      <div
        class="rows"
        ref={rows}
        onKeyDown={(event) => rows.current && moveFocus(event, rows.current)}
        {...brush.handlers}
      >
        <div class="plane" ref={plane}>
          <Plane record={record} view={view} ticks={ticks} brush={brush} />
        </div>
        <MarkRow view={view} record={record} />
        <AxisRow view={view} ticks={ticks} />
        <LaneRow lane={lanes.phases} context={context} kind="phases" />
        {lanes.milestones.items.length > 0 && <LaneRow lane={lanes.milestones} context={context} kind="milestones" />}
        {lanes.probes.length > 0 && <h3 class="lane-head">Probes</h3>}
        {lanes.probes.map((lane) => {
          const samples = series.find(({ id }) => id === lane.id)
          return (
            <LaneRow key={lane.id} lane={lane} context={context} kind="probe">
              {samples && <ProbeStrip series={samples} zeroMs={zeroMs} view={view} widthPx={widthPx} />}
            </LaneRow>
          )
        })}
        {series.length > 0 && (
          <ChartRow record={record} series={series} zeroMs={zeroMs} view={view} widthPx={widthPx} rows={rows} />
        )}
        {lanes.steps.length > 0 && <h3 class="lane-head">Steps of the repair</h3>}
        {lanes.steps.map((lane) => (
          <LaneRow key={lane.id} lane={lane} context={context} kind="step" />
        ))}
        <AxisRow view={view} ticks={ticks} />
      </div>
      <Legend />
    </Section>
  )
}
