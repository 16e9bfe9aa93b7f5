import type { JournalEvent } from '../../../../harness/model/journal.ts'
import type { RunRecord, Span } from '../../../../harness/model/run-record.ts'
import { numberAt } from '../../../model/stored.ts'
import { noTenths, type PageSeries, pointStates } from '../../payload.ts'

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
}

const around = 3
const rowsShown = 120
const atLeastMs = 1000

/** The samples of a stretch of time with a few before and after it, and what ran in it and within its second. */
export function momentOf(
  { fromMs, toMs, path }: Asked,
  record: Pick<RunRecord, 'phases' | 'steps' | 'injectedAtMs'>,
  all: readonly PageSeries[],
  events: readonly JournalEvent[],
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
  }
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
