import { formatDuration, formatShare } from '../../../model/figures.ts'
import { spreadOf } from '../../../../harness/model/statistics.ts'
import { listAt, numberAt, textAt } from '../../../model/stored.ts'
import type { Details } from '../../payload.ts'
import type { CurvePart, Lane, LaneItem } from './lanes.ts'

/** From here on more than half of the time somebody waits. */
const pressedShare = 0.5

/**
 * How much of every second a process waited for a core, with a bar for every stretch in which that was more than half of it. Where the
 * kernel does not tell, the lane says so; undefined where nothing was recorded.
 */
export function pressureLane({ evidence }: Details, zeroMs: number): Lane | undefined {
  const seen = evidence['cpu-pressure']
  if (seen === undefined) return undefined
  const base = { id: 'cpu-pressure', title: 'CPU pressure', left: 0 }
  const curve = listAt(seen, 'samples').flatMap((sample): CurvePart[] => {
    const [atMs, overMs, share] = [numberAt(sample, 'atMs'), numberAt(sample, 'overMs'), numberAt(sample, 'waiting')]
    if (atMs === undefined || overMs === undefined || share === undefined) return []
    return [{ fromMs: atMs - overMs - zeroMs, toMs: atMs - zeroMs, share }]
  })
  const spread = spreadOf(curve.map(({ share }) => share))
  if (!spread) return { ...base, note: textAt(seen, 'source') || 'not told', items: [] }
  return { ...base, note: `median ${formatShare(spread.median)}`, items: pressedItems(curve), curve }
}

function pressedItems(curve: readonly CurvePart[]): readonly LaneItem[] {
  const stretches: { fromMs: number; toMs: number; worst: number }[] = []
  for (const { fromMs, toMs, share } of curve.filter((part) => part.share > pressedShare)) {
    const last = stretches.at(-1)
    if (last && fromMs - last.toMs < 1) {
      last.toMs = toMs
      last.worst = Math.max(last.worst, share)
    } else stretches.push({ fromMs, toMs, worst: share })
  }
  return stretches.map(({ fromMs, toMs, worst }, index) => ({
    ...{ key: `pressed-${index}`, fromMs, toMs, look: 'pressed', text: '' },
    story: `CPU pressure: processes waited for a core in more than half of the time, up to ${formatShare(worst)} of a second, from ${formatDuration(fromMs)} to ${formatDuration(toMs)}`,
  }))
}
