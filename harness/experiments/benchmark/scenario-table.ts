import { seconds } from '../../model/format.ts'
import type { RunRecord } from '../../model/run-record.ts'
import { spreadOf } from '../../model/statistics.ts'
import { runFigures } from '../../../reports/comparison/run-figures.ts'
import { markdownTable } from '../../../reports/model/markdown-table.ts'
import type { MachineCommands } from './machine-commands.ts'
import { rounded, spreadText } from './spread-text.ts'

/** A stored run, and how many commands its repair ran. */
export interface RepairedRun {
  /** The words after `drill run`. */
  readonly drill: string
  readonly record: RunRecord
  /** Null where the cluster was not recovered. */
  readonly commands: MachineCommands | null
}

type Column = readonly [title: string, of: (run: RepairedRun) => number | null, show: (value: number) => string]

const figure =
  (id: string) =>
  ({ record }: RepairedRun) =>
    runFigures.find((one) => one.id === id)?.valueOf(record) ?? null

const columns: readonly Column[] = [
  ['recovered after', figure('repair'), seconds],
  ['CPU-seconds', figure('repair-cpu'), (ms) => rounded(ms / 1000)],
  ['host, times slower', figure('host-factor'), (factor) => factor.toFixed(2)],
  ['commands', ({ commands }) => commands?.total ?? null, rounded],
  ['most on one machine', ({ commands }) => commands?.most ?? null, rounded],
  ['failed probes', figure('failed'), rounded],
  ['longest gap, ms', figure('longest-gap'), rounded],
]

/**
 * What each drill's repair cost, as a Markdown table: the median of its runs, and their spread where there are several. A run that was
 * not recovered is in no row.
 */
export function scenarioTable(runs: readonly RepairedRun[]): string {
  const recovered = runs.filter(({ commands }) => commands !== null)
  const rows = Object.entries(Object.groupBy(recovered, ({ drill }) => drill)).map(([drill, some = []]) => [
    `\`${drill}\``,
    String(some.length),
    ...columns.map(([, of, show]) => spreadText(spreadOf(some.map(of)), show)),
  ])
  return `${markdownTable(['what is drilled', 'runs', ...columns.map(([title]) => title)], rows)}\n`
}
