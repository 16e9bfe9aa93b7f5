import { milestoneAt } from '../../../../harness/model/milestone.ts'
import type { RunRecord } from '../../../../harness/model/run-record.ts'
import type { Brush } from './use-brush.ts'
import type { Tick } from './ticks.ts'
import { shareOf, type View } from './view.ts'

interface Properties {
  readonly record: RunRecord
  readonly view: View
  readonly ticks: readonly Tick[]
  readonly brush: Brush
}

/** The background of all rows: the grid, the injection, and the time to recovery. */
export function Plane({ record, view, ticks, brush: { selection, hover } }: Properties) {
  const { injectedAtMs, milestones } = record
  const recoveredMs = milestoneAt(milestones, 'recovered')
  const percent = (ms: number) => Math.min(1, Math.max(0, shareOf(view, ms))) * 100
  const visible = (ms: number) => ms >= view.fromMs && ms <= view.toMs
  const [from, to] = [percent(0), percent(recoveredMs ?? Infinity)]
  return (
    <>
      {injectedAtMs !== null && to > from && (
        <div class="fault-window" style={{ left: `${from}%`, width: `${to - from}%` }} />
      )}
      {ticks.map(({ atMs }) => (
        <div key={atMs} class="grid-line" style={{ left: `${percent(atMs)}%` }} />
      ))}
      {injectedAtMs !== null && visible(0) && <div class="line-injection" style={{ left: `${percent(0)}%` }} />}
      {recoveredMs !== null && visible(recoveredMs) && (
        <div class="line-recovered" style={{ left: `${percent(recoveredMs)}%` }} />
      )}
      {hover !== null && <div class="line-hover" style={{ left: `${hover * 100}%` }} />}
      {selection && (
        <div
          class="selection"
          style={{ left: `${selection.from * 100}%`, width: `${(selection.to - selection.from) * 100}%` }}
        />
      )}
    </>
  )
}
