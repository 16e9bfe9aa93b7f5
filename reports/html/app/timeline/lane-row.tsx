import type { ComponentChildren } from 'preact'
import type { Lane, LaneItem } from './lanes.ts'
import { shareOf, type View } from './view.ts'

export interface LaneContext {
  readonly view: View
  readonly widthPx: number
  /** Key of the bar in the tab order. */
  readonly tabStop: string
  readonly onSelect: (item: LaneItem) => void
  readonly onShow: (item: LaneItem | null) => void
}

interface Properties {
  readonly lane: Lane
  readonly context: LaneContext
  readonly kind: 'phases' | 'milestones' | 'step' | 'probe' | 'state'
  readonly children?: ComponentChildren
}

/** One row: its name, and its bars on the time axis. */
export function LaneRow({ lane, context, kind, children }: Properties) {
  const items = kind === 'state' ? lane.items.toSorted((a, b) => a.fromMs - b.fromMs) : lane.items
  const placed = items.flatMap((item) => {
    const place = placeOf(item, context)
    return place ? [{ item, ...place }] : []
  })
  return (
    <div
      class={`lane lane-${kind}`}
      data-lane={lane.id}
      role="group"
      aria-label={`${lane.title}${lane.note ? `: ${lane.note}` : ''}`}
    >
      <div class="lane-name" aria-hidden="true" title={lane.title}>
        <span class="lane-title">{lane.title}</span>
        {(kind === 'probe' || kind === 'state') && <span class="lane-note">{lane.note}</span>}
      </div>
      <div class="track">
        {children}
        {placed.map(({ item, left, width }, index) => (
          <Bar
            key={item.key}
            item={item}
            left={left}
            width={width}
            room={(placed[index + 1]?.left ?? context.widthPx) - left - width}
            context={context}
            kind={kind}
          />
        ))}
        {lane.left > 0 && <span class="lane-left">{lane.left} more in the table of outages</span>}
      </div>
    </div>
  )
}

interface BarProperties {
  readonly item: LaneItem
  readonly left: number
  readonly width: number
  /** Free pixels to the right. */
  readonly room: number
  readonly context: LaneContext
  readonly kind: Properties['kind']
}

function Bar({ item, left, width, room, context, kind }: BarProperties) {
  const need = item.text.length * 7 + 10
  const place =
    width >= need ? 'inside' : kind === 'phases' || room < need ? (kind === 'step' ? 'before' : 'nowhere') : 'after'
  // Shares of the track, so that a printed page keeps them.
  const percent = (px: number) => `${(px / context.widthPx) * 100}%`
  return (
    <button
      type="button"
      class={`bar bar-${item.look}${isMark(item.look) ? ' bar-mark' : ''}`}
      style={{ left: percent(left), width: percent(width) }}
      data-bar={item.key}
      tabIndex={context.tabStop === item.key ? 0 : -1}
      aria-label={item.story}
      onClick={() => context.onSelect(item)}
      onFocus={() => context.onShow(item)}
      onBlur={() => context.onShow(null)}
      onPointerEnter={() => context.onShow(item)}
      onPointerLeave={() => context.onShow(null)}
    >
      {place !== 'nowhere' && <span class={`bar-text bar-text-${place}`}>{item.text}</span>}
    </button>
  )
}

/** Position in pixels, clipped to the view; undefined outside of it. */
function placeOf(
  { fromMs, toMs, look }: LaneItem,
  { view, widthPx }: LaneContext,
): { readonly left: number; readonly width: number } | undefined {
  const [from, to] = [shareOf(view, fromMs) * widthPx, shareOf(view, toMs) * widthPx]
  if (to < 0 || from > widthPx) return undefined
  if (isMark(look)) return { left: from, width: 0 }
  const left = Math.max(0, from)
  const width = Math.max(look === 'outage' || look === 'gap' ? 7 : 3, Math.min(widthPx, to) - left)
  return { left: Math.min(left, widthPx - width), width }
}

const marks: ReadonlySet<LaneItem['look']> = new Set(['milestone', 'answered', 'unanswered', 'lease', 'token'])
const isMark = (look: LaneItem['look']) => marks.has(look)
