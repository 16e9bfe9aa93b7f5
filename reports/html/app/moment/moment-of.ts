import type { JournalEvent } from '../../../../harness/model/journal.ts'
import type { RunRecord, Span } from '../../../../harness/model/run-record.ts'
import { listAt, numberAt } from '../../../model/stored.ts'
import { type Details, noTenths, type PageSeries, pointStates } from '../../payload.ts'

/** A stretch of time that a reader asked about, since the injection. */
export interface Asked {
  readonly fromMs: number
  readonly toMs: number
  readonly title: string
  /** The path whose samples are listed. */
  readonly path?: string | undefined
}

export interface SampleRow {
  readonly atMs: number
  readonly state: keyof typeof pointStates
  readonly latencyMs: number | null
  readonly lagMs: number | null
  readonly error: string
  readonly backend: string
}

export interface Moment {
  readonly rows: readonly SampleRow[]
  /** Samples between the first and the last rows that are not listed. */
  readonly leftOut: number
  /** Phases and steps that were under way. */
  readonly spans: readonly Span[]
  /** What was recorded in that time; a command counts from its start. */
  readonly events: readonly JournalEvent[]
  /** Shares of its time, 0 to 1, and null what the host did not tell; undefined where it was not watched. */
  readonly pressure: { readonly waiting: number | null; readonly busy: number | null } | undefined
}

const around = 3
const rowsShown = 120
const atLeastMs = 1000

/** The samples of a stretch of time with a few before and after it, and what ran in it and within its second. */
export function momentOf(
  { fromMs, toMs, path }: Asked,
  record: Pick<RunRecord, 'phases' | 'steps' | 'injectedAtMs'>,
  all: readonly PageSeries[],
  { events, evidence }: Details,
): Moment {
  const zeroMs = record.injectedAtMs ?? 0
  const margin = Math.max(0, (atLeastMs - (toMs - fromMs)) / 2)
  const [from, to] = [fromMs - margin + zeroMs, toMs + margin + zeroMs]
  const series = all.find(({ id }) => id === path)
  const indexes = series ? pointsIn(series, fromMs + zeroMs, toMs + zeroMs) : []
  const half = rowsShown / 2
  const listed = indexes.length <= rowsShown ? indexes : [...indexes.slice(0, half), ...indexes.slice(-half)]
  return {
    rows: series ? listed.map((point) => rowOf(series, point, zeroMs)) : [],
    leftOut: indexes.length - listed.length,
    spans: [...record.phases, ...record.steps].filter(
      (span) => span.status !== 'skipped' && span.fromMs <= to && (span.toMs ?? Infinity) >= from,
    ),
    events: events.filter((event) => event.atMs >= from && beganMs(event) <= to),
    pressure: pressureIn(evidence['cpu-pressure'], fromMs + zeroMs, toMs + zeroMs),
  }
}

/** Of the seconds that the stretch touches, on average. */
function pressureIn(seen: unknown, fromMs: number, toMs: number): Moment['pressure'] {
  const seconds = listAt(seen, 'samples').filter((sample) => {
    const [endMs, overMs] = [numberAt(sample, 'atMs') ?? 0, numberAt(sample, 'overMs') ?? 0]
    return endMs > fromMs && endMs - overMs < toMs
  })
  if (seconds.length === 0) return undefined
  const mean = (key: 'waiting' | 'busy') => {
    const known = seconds.flatMap((second) => numberAt(second, key) ?? [])
    return known.length === 0 ? null : known.reduce((sum, share) => sum + share, 0) / known.length
  }
  return { waiting: mean('waiting'), busy: mean('busy') }
}

const beganMs = (event: JournalEvent) =>
  event.atMs - (event.type === 'command.finished' ? (numberAt(event, 'durationMs') ?? 0) : 0)

function pointsIn({ startMs, stepMs, points }: PageSeries, fromMs: number, toMs: number): readonly number[] {
  const first = Math.max(0, Math.floor((fromMs - startMs) / stepMs) - around)
  const last = Math.min(points - 1, Math.ceil((toMs - startMs) / stepMs) + around)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index)
}

const words = Object.fromEntries(Object.entries(pointStates).map(([word, state]) => [state, word]))

function rowOf(series: PageSeries, point: number, zeroMs: number): SampleRow {
  const tenths = (value: number | undefined) => (value === undefined || value === noTenths ? null : value / 10)
  const name = (names: readonly string[], index = 0) => (index === 0 ? '' : (names[index] ?? ''))
  return {
    atMs: series.startMs + point * series.stepMs - zeroMs,
    state: (words[series.state[point] ?? 0] ?? 'missing') as SampleRow['state'],
    latencyMs: tenths(series.latency[point]),
    lagMs: tenths(series.lag[point]),
    error: name(series.errors, series.error[point]),
    backend: name(series.backends, series.backend[point]),
  }
}
