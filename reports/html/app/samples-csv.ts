import { noTenths, type PageSeries, pointStates } from '../payload.ts'

const words = Object.fromEntries(Object.entries(pointStates).map(([word, state]) => [state, word]))

/** All samples as CSV, in parts of a path each. Times are milliseconds since the run began. */
export function samplesCsv(all: readonly PageSeries[]): string[] {
  return ['path,planned_ms,state,latency_ms,lag_ms,error,backend\n', ...all.map(rowsOf)]
}

function rowsOf(series: PageSeries): string {
  const rows: string[] = []
  const path = quoted(series.id)
  const errors = series.errors.map(quoted)
  const backends = series.backends.map(quoted)
  for (let point = 0; point < series.points; point++) {
    const plannedMs = Math.round((series.startMs + point * series.stepMs) * 1000) / 1000
    const state = words[series.state[point] ?? 0] ?? ''
    const error = named(errors, series.error[point])
    const backend = named(backends, series.backend[point])
    rows.push(
      `${path},${plannedMs},${state},${tenths(series.latency[point])},${tenths(series.lag[point])},${error},${backend}\n`,
    )
  }
  return rows.join('')
}

const tenths = (value: number | undefined) => (value === undefined || value === noTenths ? '' : String(value / 10))

const named = (names: readonly string[], index: number | undefined) =>
  index === undefined || index === 0 ? '' : (names[index] ?? '')

/** Quoted where it must be, and never a formula to a spreadsheet. */
function quoted(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
