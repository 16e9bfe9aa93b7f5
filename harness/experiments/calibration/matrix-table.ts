import { markdownTable } from '../../../reports/model/markdown-table.ts'
import type { Pulse } from '../../model/calibration.ts'
import { connectionOn, targetFaults, type PlannedPulse } from '../../model/calibration-plan.ts'
import { type Connection, connections } from '../../model/probe-path.ts'
import { spreadOf } from '../../model/statistics.ts'
import type { Matrix } from './run-matrix.ts'

const header = [
  'fault',
  'length, ms',
  ...connections.map((connection) => `${connection}: seen`),
  'between',
  'unmeasured',
  'wrong',
  'truth, ms',
  'point − truth, ms',
  'longest gap − truth, ms',
]

/** The matrix as a Markdown table, a row for each fault and length; median (minimum to maximum) of what was seen. */
export function matrixTable({ planned, calibration: { pulses } }: Pick<Matrix, 'planned' | 'calibration'>): string {
  const lengths = [...new Set(planned.map(({ lengthMs }) => lengthMs))]
  const rows = targetFaults.flatMap((fault) =>
    lengths.map((lengthMs) => rowOf(fault, lengthMs, ofLength(planned, pulses, { fault, lengthMs }))),
  )
  return markdownTable(header, rows)
}

/** The pulses stand in the order in which they were planned, each once for every path that knows its fault. */
function ofLength(
  planned: readonly PlannedPulse[],
  pulses: readonly Pulse[],
  { fault, lengthMs }: PlannedPulse,
): readonly Pulse[] {
  const plan = planned.filter((one) => one.fault === fault)
  const of = pulses.filter((one) => one.fault === fault)
  const paths = of.length / plan.length
  return of.filter((_, at) => plan[Math.floor(at / paths)]?.lengthMs === lengthMs)
}

function rowOf(fault: string, lengthMs: number, pulses: readonly Pulse[]): readonly string[] {
  const count = (verdict: Pulse['verdict'], of = pulses) => of.filter((pulse) => pulse.verdict === verdict).length
  const onPath = (connection: Connection) => {
    const of = pulses.filter(({ path }) => connectionOn(path) === connection)
    return of.length === 0 ? '–' : `${count('seen', of)} of ${of.length}`
  }
  const seen = pulses.filter(({ verdict }) => verdict === 'seen')
  const off = (figure: (pulse: Pulse) => number | null) =>
    spread(seen.map((pulse) => difference(figure(pulse), truthOf(pulse))))
  return [
    fault,
    String(lengthMs),
    ...connections.map(onPath),
    ...(['between', 'unmeasured', 'wrong'] as const).map((verdict) => String(count(verdict))),
    spread(pulses.map(truthOf)),
    off(({ measured }) => (measured.samples === 0 ? null : measured.pointMs)),
    off(({ measured }) => measured.longestGapMs),
  ]
}

const truthOf = ({ truth }: Pulse): number => (truth.lowerMs + truth.upperMs) / 2

const difference = (ms: number | null, truthMs: number): number | null => (ms === null ? null : ms - truthMs)

/** `−2 (−19 to 17)` */
function spread(values: readonly (number | null)[]): string {
  const of = spreadOf(values)
  if (of === undefined) return '–'
  const text = (ms: number) => String(Math.round(ms)).replace('-', '−').replace(/^−0$/, '0')
  return `${text(of.median)} (${text(of.min)} to ${text(of.max)})`
}
