import { formatDuration } from '../../../model/figures.ts'
import { noTenths, type PageSeries, pointStates } from '../../payload.ts'

/** The state of every path at one moment: `12.34 s: pod 1.2 ms, node-port failed (refused)`. */
export function readoutAt(all: readonly PageSeries[], zeroMs: number, atMs: number): string {
  const said = all.map(
    (series) => `${series.id} ${pointText(series, Math.round((atMs + zeroMs - series.startMs) / series.stepMs))}`,
  )
  return `${formatDuration(atMs)}: ${said.join(', ')}`
}

function pointText({ state, latency, error, errors, points }: PageSeries, point: number): string {
  if (point < 0 || point >= points) return 'not probed'
  const tenths = latency[point] ?? noTenths
  switch (state[point]) {
    case pointStates.ok:
      return tenths === noTenths ? 'ok' : formatDuration(tenths / 10)
    case pointStates.failed:
      return `failed (${errors[error[point] ?? 0] ?? 'no reason'})`
    default:
      return 'unmeasured'
  }
}
