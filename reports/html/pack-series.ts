import { outcomes, type ProbeSeries } from '../../harness/model/probe-series.ts'
import { columnsOf, noTenths, type PageSeries, pointStates, type SeriesHead, sizeOf } from './payload.ts'

/** Above this the page folds neighbouring samples into one point, and says so. */
const maxPoints = 3_000_000

/** The samples of all paths, laid out on their grids as `unpackSeries` reads them. */
export function packSeries(all: readonly ProbeSeries[]): {
  readonly heads: readonly SeriesHead[]
  readonly bytes: Uint8Array<ArrayBuffer>
} {
  const planned = all.reduce((sum, series) => sum + plannedOf(series), 0)
  const samplesPerPoint = Math.max(1, Math.ceil(planned / maxPoints))
  const heads = all.map((series) => headOf(series, samplesPerPoint))
  const bytes = new Uint8Array(heads.reduce((sum, { points }) => sum + sizeOf(points), 0))
  let offset = 0
  for (const [index, head] of heads.entries()) {
    const series = all[index]
    if (series) fill(series, head, columnsOf(head.points, bytes.buffer, offset))
    offset += sizeOf(head.points)
  }
  return { heads, bytes }
}

const plannedOf = ({ startMs, endMs, intervalMs }: ProbeSeries) =>
  Math.max(0, Math.round((endMs - startMs) / intervalMs))

function headOf(series: ProbeSeries, samplesPerPoint: number): SeriesHead {
  const { id, title, target, startMs, intervalMs, errors, backends } = series
  const points = Math.ceil(plannedOf(series) / samplesPerPoint)
  return { id, title, target, startMs, stepMs: intervalMs * samplesPerPoint, points, samplesPerPoint, errors, backends }
}

/** The state with the highest weight represents a point of several samples. */
const weights: Readonly<Record<number, number>> = {
  [outcomes.ok]: 1,
  [outcomes.unmeasured]: 2,
  [outcomes.failed]: 3,
}

function fill(
  series: ProbeSeries,
  { points, samplesPerPoint }: SeriesHead,
  columns: ReturnType<typeof columnsOf>,
): void {
  const { seq, outcome, latencyMs, lagMs, error, backend } = series
  columns.state.fill(pointStates.missing)
  columns.latency.fill(noTenths)
  columns.lag.fill(noTenths)
  const { state } = columns
  for (let index = 0; index < seq.length; index++) {
    const point = Math.floor((seq[index] ?? 0) / samplesPerPoint)
    if (point >= points) continue
    const seen = outcome[index] ?? outcomes.unmeasured
    const before = state[point] ?? pointStates.missing
    if (before === pointStates.missing || (weights[seen] ?? 0) > (weights[before] ?? 0)) {
      state[point] = seen
      columns.error[point] = error[index] ?? 0
      columns.backend[point] = backend[index] ?? 0
    }
    raise(columns.latency, point, latencyMs[index])
    raise(columns.lag, point, lagMs[index])
  }
}

/** Keeps the highest of a point, in tenths, within what 16 bits hold: more than 6.5 s reads as 6.5 s. */
function raise(column: PageSeries['latency'], point: number, ms: number | undefined): void {
  if (ms === undefined || !Number.isFinite(ms)) return
  const tenths = Math.min(noTenths - 1, Math.max(0, Math.round(ms * 10)))
  const before = column[point] ?? noTenths
  if (before === noTenths || tenths > before) column[point] = tenths
}
