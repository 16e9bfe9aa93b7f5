import type { RunRecord } from '../../../../harness/model/run-record.ts'
import { formatCounted, formatDuration } from '../../../model/figures.ts'
import { stepCommands } from '../../../model/step-commands.ts'
import { shortStepName } from '../../../model/step-name.ts'
import { numberAt } from '../../../model/stored.ts'
import { type Details, noTenths, type PageSeries, pointStates } from '../../payload.ts'
import type { Lane, LaneItem } from './lanes.ts'

/** A lane for each machine: from the first to the last command that ran on it in a step of the repair. */
export function machineLanes({ events }: Details, { steps }: RunRecord, zeroMs: number): readonly Lane[] {
  const bars = stepCommands(events, steps).flatMap((commands, index) => {
    const name = shortStepName(steps[index]?.id ?? '')
    return [...Map.groupBy(commands, ({ node }) => node)].map(([node, same]): LaneItem & { readonly node: string } => {
      const fromMs = Math.min(...same.map((command) => command.fromMs)) - zeroMs
      const toMs = Math.max(...same.map((command) => command.toMs)) - zeroMs
      const story = `${node}: ${name}: ${formatCounted(same.length, 'command')} from ${formatDuration(fromMs)} to ${formatDuration(toMs)}`
      return { key: `machine-${node}-${index}`, fromMs, toMs, look: 'busy', text: name, story, node }
    })
  })
  return [...Map.groupBy(bars, ({ node }) => node)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([node, items]) => ({ id: `machine-${node}`, title: node, note: '', items, left: 0 }))
}

/** The processor times that the run measured. */
export function processorLane({ events }: Details, zeroMs: number): Lane {
  const items = events.flatMap((event, index): LaneItem[] => {
    const text = processorText(event)
    if (text === undefined) return []
    const [fromMs, toMs] = [event.atMs - (numberAt(event, 'wallMs') ?? 0) - zeroMs, event.atMs - zeroMs]
    const story = `Processor: ${text}, from ${formatDuration(fromMs)} to ${formatDuration(toMs)}`
    return [{ key: `processor-${index}`, fromMs, toMs, look: 'busy', text, story }]
  })
  return { id: 'processor', title: 'Processor time', note: '', items, left: 0 }
}

function processorText(event: Details['events'][number]): string | undefined {
  const time = (key: string) => formatDuration(numberAt(event, key) ?? 0)
  if (event.type === 'host.measured')
    return `fixed work took ${time('cpuMs')}; ${time('referenceMs')} on the reference host`
  if (event.type === 'repair.cpu-used')
    return `repair ${time('repairMs')}, others ${time('othersMs')} on ${formatCounted(numberAt(event, 'cores') ?? 0, 'core')}`
  return undefined
}

const stallsShown = 200

/** When the prober sent a sample later than its interval, or not at all; stalls closer than ten intervals are one. */
export function stallLane(all: readonly PageSeries[], zeroMs: number): Lane {
  const stalls = all.flatMap(stallsIn).toSorted((a, b) => a.fromMs - b.fromMs)
  const merged: { fromMs: number; toMs: number; count: number }[] = []
  for (const stall of stalls) {
    const last = merged.at(-1)
    if (last && stall.fromMs <= last.toMs) {
      last.toMs = Math.max(last.toMs, stall.toMs)
      last.count += stall.count
    } else merged.push({ ...stall })
  }
  const items = merged.slice(0, stallsShown).map(({ fromMs, toMs, count }, index): LaneItem => {
    const [from, to] = [fromMs - zeroMs, toMs - zeroMs]
    const story = `Prober late: ${formatCounted(count, 'sample')} late or not sent, from ${formatDuration(from)} to ${formatDuration(to)}`
    return { key: `stall-${index}`, fromMs: from, toMs: to, look: 'stall', text: '', story }
  })
  const note = merged.length === 0 ? 'never late' : formatCounted(merged.length, 'stall')
  return { id: 'stalls', title: 'Prober late', note, items, left: merged.length - items.length }
}

function stallsIn({
  points,
  state,
  lag,
  startMs,
  stepMs,
  samplesPerPoint,
}: PageSeries): { fromMs: number; toMs: number; count: number }[] {
  const found: { fromMs: number; toMs: number; count: number }[] = []
  const lateTenths = (stepMs / samplesPerPoint) * 10
  for (let point = 0; point < points; point++) {
    const late = lag[point] ?? noTenths
    const isStall = (state[point] ?? 0) >= pointStates.unmeasured || (late !== noTenths && late > lateTenths)
    if (!isStall) continue
    const fromMs = startMs + point * stepMs
    const last = found.at(-1)
    if (last && fromMs - last.toMs < stepMs * 10) {
      last.toMs = fromMs + stepMs
      last.count++
    } else found.push({ fromMs, toMs: fromMs + stepMs, count: 1 })
  }
  return found
}
