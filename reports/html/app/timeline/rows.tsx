import { Fragment } from 'preact'
import type { RunRecord } from '../../../../harness/model/run-record.ts'
import type { PageSeries } from '../../payload.ts'
import { AxisRow, MarkRow } from './axis-row.tsx'
import { Curve } from './curve.tsx'
import type { LaneGroup } from './lane-groups.ts'
import { type LaneContext, LaneRow } from './lane-row.tsx'
import type { Lanes } from './lanes.ts'
import { moveFocus } from './move-focus.ts'
import { Plane } from './plane.tsx'
import { SampleRows } from './sample-rows.tsx'
import { ticksOf } from './ticks.ts'
import type { Brush } from './use-brush.ts'

interface Properties {
  readonly record: RunRecord
  readonly series: readonly PageSeries[]
  readonly lanes: Lanes
  readonly groups: readonly LaneGroup[]
  readonly context: LaneContext
  readonly brush: Brush
  readonly plane: { readonly current: HTMLDivElement | null }
}

/** All lanes and the latency chart over one axis. */
export function Rows({ record, series, lanes, groups, context, brush, plane }: Properties) {
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
      {groups.map(({ title, note, lanes: rows }) => (
        <Fragment key={title}>
          <h3 class="lane-head">
            {title} <small>{note}</small>
          </h3>
          {rows.map((lane) => (
            <LaneRow key={lane.id} lane={lane} context={context} kind="state">
              {lane.curve && <Curve parts={lane.curve} view={view} />}
            </LaneRow>
          ))}
        </Fragment>
      ))}
      <AxisRow view={view} ticks={ticks} />
    </div>
  )
}
