import { styleText } from 'node:util'
import { formatFigure } from '../../reports/comparison/format-figure.ts'
import type { FigureDiff, FindingDiff, RunDiff } from '../../reports/comparison/run-diff.ts'
import { verdictMark } from './render.ts'

type Mark = FigureDiff['change'] | FindingDiff['change']

const marks: Readonly<Record<Mark, string>> = {
  worse: styleText('red', '▲ worse'),
  better: styleText('green', '▼ better'),
  same: '',
  missing: styleText('yellow', '? only one'),
}

/** Two runs side by side, a line each: what changed, figures, checks, and last what got worse. */
export function diffLines({ before, after, changed, figures, findings, worse }: RunDiff): readonly string[] {
  const groups = Map.groupBy(figures, ({ group }) => group)
  return [
    `before  ${verdictMark(before.verdict)}  ${before.id}`,
    `after   ${verdictMark(after.verdict)}  ${after.id}`,
    ...heading('What changed'),
    ...(changed.length === 0
      ? ['nothing: the same drill on the same versions, images and host']
      : changed.map((change) => `${change.name}: ${change.before ?? 'none'} → ${change.after ?? 'none'}`)),
    ...[...groups].flatMap(([group, rows]) => [...heading(titles[group] ?? group), ...table(rows.map(figureRow))]),
    ...heading('Checks'),
    ...table(findings.map(findingRow)),
    ...heading('What got worse'),
    ...(worse.length === 0 ? ['nothing'] : worse),
  ].map((line) => line.replaceAll('\u00A0', ' '))
}

const titles: Readonly<Record<string, string>> = { run: 'Run', milestone: 'Milestones, since the injection' }
const heading = (title: string) => ['', styleText('bold', title)]

type Row = readonly [name: string, before: string, after: string, change: Mark]

function figureRow({ title, unit, before, after, change }: FigureDiff): Row {
  const text = (value: number | null) => (value === null ? '–' : formatFigure(unit, value))
  return [title, text(before), text(after), change]
}

const findingRow = ({ id, before, after, change }: FindingDiff): Row => [
  ...([id, before?.verdict ?? '–', after?.verdict ?? '–'] as const),
  change,
]

function table(rows: readonly Row[]): readonly string[] {
  const width = (column: 0 | 1 | 2) => Math.max(...rows.map((row) => row[column].length), 6)
  const [name, one, other] = [width(0), width(1), width(2)]
  return rows.map(([title, before, after, change]) =>
    `${title.padEnd(name)}  ${before.padStart(one)}  ${after.padStart(other)}  ${marks[change]}`.trimEnd(),
  )
}
