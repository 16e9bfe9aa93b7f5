import { useMemo, useRef, useState } from 'preact/hooks'
import { milestoneAt } from '../../../../harness/model/milestone.ts'
import type { RunRecord } from '../../../../harness/model/run-record.ts'
import { formatDuration } from '../../../model/figures.ts'
import type { Details, PageSeries } from '../../payload.ts'
import { Section } from '../layout/section.tsx'
import type { Asked } from '../moment/moment-of.ts'
import { MomentPanel } from '../moment/moment-panel.tsx'
import { type LaneGroup, laneGroups } from './lane-groups.ts'
import type { LaneContext } from './lane-row.tsx'
import { type LaneItem, type Lanes, lanesOf } from './lanes.ts'
import { Legend } from './legend.tsx'
import { readoutAt } from './readout.ts'
import { Rows } from './rows.tsx'
import { Toolbar } from './toolbar.tsx'
import { useBrush } from './use-brush.ts'
import { useWidth } from './use-width.ts'
import { clampView, type View, viewAround } from './view.ts'
import { viewsOf } from './views.ts'

interface Properties {
  readonly record: RunRecord
  readonly series: readonly PageSeries[]
  readonly details: Details
}

/** Phases, probes, latency, repair steps and the state of the cluster on one time axis; the injection is at 0. */
export function Timeline({ record, series, details }: Properties) {
  const zeroMs = record.injectedAtMs ?? 0
  const lanes = useMemo(() => lanesOf(record), [record])
  const { groups, missing } = useMemo(() => laneGroups(record, series, details), [record, series, details])
  const views = useMemo(() => viewsOf(record), [record])
  const [view, setView] = useState<View>(() => clampView(views.first, views.whole))
  const [item, setItem] = useState<LaneItem | null>(null)
  const [asked, setAsked] = useState<Asked | null>(null)
  const plane = useRef<HTMLDivElement>(null)
  const widthPx = useWidth(plane)
  const go = (next: View) => setView(clampView(next, views.whole))
  const timeAt = (share: number) => view.fromMs + share * (view.toMs - view.fromMs)
  const brush = useBrush(
    () => plane.current,
    (from, to) => go({ fromMs: timeAt(from), toMs: timeAt(to) }),
    (share, lane) => {
      const atMs = timeAt(share)
      const path = series.find(({ id }) => id === lane)
      const title = `${path ? `${path.title}: ` : ''}around ${formatDuration(atMs)}`
      setAsked({ fromMs: atMs - 250, toMs: atMs + 250, title, path: path?.id })
    },
  )
  const context: LaneContext = {
    view,
    widthPx,
    tabStop: firstIn(lanes, groups, view),
    onSelect: ({ fromMs, toMs, story, path }) => {
      go(viewAround(fromMs, toMs))
      setAsked({ fromMs, toMs, title: story, path })
    },
    onShow: setItem,
  }
  const hovered = brush.hover === null ? null : readoutAt(series, zeroMs, timeAt(brush.hover))
  return (
    <Section id="timeline" title="Timeline" lead={leadOf(record)}>
      <Toolbar view={view} views={views} onView={go} />
      <div>
        <Rows {...{ record, series, lanes, groups, context, brush, plane }} />
        <div class="timeline-foot">
          <p class="readout">
            {item?.story ??
              hovered ??
              'Click for the samples and for what ran in that second; drag to zoom. Arrow keys move between bars; Enter selects one.'}
          </p>
          {asked && <MomentPanel {...{ asked, record, series, details }} onClose={() => setAsked(null)} />}
        </div>
      </div>
      <Legend />
      {missing.length > 0 && <p class="footnote">Not recorded in this run: {missing.join(', ')}.</p>}
    </Section>
  )
}

function leadOf({ injectedAtMs, milestones }: RunRecord): string {
  if (injectedAtMs === null) return 'Time since the start of the run. No fault was injected.'
  return milestoneAt(milestones, 'recovered') === null
    ? 'Time since the fault injection. Shaded: from the injection to the end, because the cluster did not recover.'
    : 'Time since the fault injection. Shaded: from the injection to the recovery.'
}

/** The first bar in the tab order. */
function firstIn(
  { phases, milestones, probes, steps }: Lanes,
  groups: readonly LaneGroup[],
  { fromMs, toMs }: View,
): string {
  const lanes = [phases, milestones, ...probes, ...steps, ...groups.flatMap((group) => group.lanes)]
  const items = lanes.flatMap((lane) => lane.items)
  return items.find((item) => item.toMs >= fromMs && item.fromMs <= toMs)?.key ?? ''
}
