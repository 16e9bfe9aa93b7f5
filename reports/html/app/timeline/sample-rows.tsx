import type { RunRecord } from '../../../../harness/model/run-record.ts'
import type { PageSeries } from '../../payload.ts'
import { ChartRow } from './chart-row.tsx'
import { type LaneContext, LaneRow } from './lane-row.tsx'
import type { Lane } from './lanes.ts'
import { ProbeStrip } from './probe-strip.tsx'

interface Properties {
  readonly record: RunRecord
  readonly series: readonly PageSeries[]
  readonly lanes: readonly Lane[]
  readonly context: LaneContext
  readonly zeroMs: number
  readonly gutterPx: number
}

/** A lane for each probed path, and the latency chart. */
export function SampleRows({ record, series, lanes, context, zeroMs, gutterPx }: Properties) {
  const { view, widthPx } = context
  if (lanes.length === 0) return null
  return (
    <>
      <h3 class="lane-head">Probes</h3>
      {lanes.map((lane) => {
        const samples = series.find(({ id }) => id === lane.id)
        return (
          <LaneRow key={lane.id} lane={lane} context={context} kind="probe">
            {samples && <ProbeStrip series={samples} zeroMs={zeroMs} view={view} widthPx={widthPx} />}
          </LaneRow>
        )
      })}
      {series.length > 0 && (
        <ChartRow record={record} series={series} zeroMs={zeroMs} view={view} widthPx={widthPx} gutterPx={gutterPx} />
      )}
    </>
  )
}
