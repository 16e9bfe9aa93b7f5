import { markdownTable } from '../../../reports/model/markdown-table.ts'
import { seconds } from '../../model/format.ts'
import { type Milestone, milestoneAt } from '../../model/milestone.ts'
import type { BenchmarkResult, Repair, Variant } from './benchmark-result.ts'
import { rounded, spreadText } from './spread-text.ts'
import { spreadOf, type Spread } from '../../model/statistics.ts'

/** Every milestone that a repair announced, in the order of the first that did. */
function announcedBy(repairs: readonly Repair[]): readonly Milestone[] {
  return [...new Map(repairs.flatMap(({ milestones }) => milestones.map((one) => [one.id, one] as const))).values()]
}

const none = '–'

/** The benchmark as a Markdown table for README: median (min–max) of the rounds, and what ours is of the others' medians. */
export function benchmarkTable(result: BenchmarkResult): string {
  const repairs = (variant: Variant) => result.repairs.filter((repair) => repair.variant === variant)
  const [ours, article] = [repairs('library'), repairs('article-patient')]
  const row = (title: string, creation: Spread | undefined, of: (repair: Repair) => number | null, ratios: boolean) => {
    const [mine, theirs] = [spreadOf(ours.map(of)), spreadOf(article.map(of))]
    const show = ratios ? seconds : rounded
    const last = ratios ? [ratio(mine, theirs), ratio(mine, creation)] : ['', '']
    return [title, spreadText(creation, seconds), spreadText(mine, show), spreadText(theirs, show), ...last]
  }
  const created = spreadOf(result.creations.map(({ readyMs }) => readyMs))
  const header = ['', 'kind creates it', 'ours', "the article's, with patience", 'ours / article', 'ours / creation']
  const rows = [
    ['kind returned', spreadText(spreadOf(result.creations.map(({ kindMs }) => kindMs)), seconds), '', '', '', ''],
    ...announcedBy(result.repairs).map(({ id, title }) =>
      row(title, undefined, ({ milestones }) => milestoneAt(milestones, id), true).map((cell, at) =>
        at === 1 || at === 5 ? '' : cell,
      ),
    ),
    row('ready, or recovered', created, ({ recoveredMs }) => recoveredMs, true),
    ['rounds that ended so', `${result.creations.length}`, outOf(ours), outOf(article), '', ''],
    blankCreation(row('CPU-seconds of the repair', undefined, ({ cpuSeconds }) => cpuSeconds, false)),
    blankCreation(row('commands on machines', undefined, ({ commands }) => commands?.total ?? null, false)),
    blankCreation(row('the most on one', undefined, ({ commands }) => commands?.most ?? null, false)),
    blankCreation(row('failed probes', undefined, ({ failedProbes }) => failedProbes, false)),
    blankCreation(row('of these, lookups of a name', undefined, ({ failedLookups }) => failedLookups, false)),
    blankCreation(row('longest gap, ms', undefined, ({ longestGapMs }) => longestGapMs, false)),
    blankCreation(row('pods lost', undefined, ({ podsLost }) => podsLost?.length ?? null, false)),
  ]
  const { controlPlanes, workers } = result.topology
  const compared = (cells: readonly string[]) => (article.length > 0 ? cells : cells.toSpliced(3, 2))
  return `${result.scenario}: ${controlPlanes} control planes, ${workers} workers; ${result.rounds} rounds; median (min–max); times of a repair count from its start.\n\n${markdownTable(compared(header), rows.map(compared))}\n`
}

const blankCreation = (cells: readonly string[]) => cells.map((cell, at) => (at === 1 ? '' : cell))

const outOf = (repairs: readonly Repair[]) =>
  `${repairs.filter(({ recoveredMs }) => recoveredMs !== null).length} of ${repairs.length}`

/** Of the medians. */
function ratio(a: Spread | undefined, b: Spread | undefined): string {
  return a === undefined || b === undefined || b.median === 0 ? none : (a.median / b.median).toFixed(2)
}
