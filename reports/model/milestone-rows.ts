import { hostFactor, scaledBudget } from '../../harness/model/host-speed.ts'
import { milestoneAt } from '../../harness/model/milestone.ts'
import type { RunRecord } from '../../harness/model/run-record.ts'
import { formatDuration } from './figures.ts'

export interface MilestoneRow {
  readonly id: string
  readonly title: string
  /** Since the injection; null when it was not reached. */
  readonly atMs: number | null
  /** `atMs` for readers, or why it is missing. */
  readonly text: string
  /** Since the milestone before it in time, or the injection. */
  readonly afterMs: number | null
  /** What the repair took until then beside the budget, scaled for this host; empty without a budget. */
  readonly budget: string
}

/** The milestones in the order in which they were reached, then those with a budget that were not reached. */
export function milestoneRows({
  milestones,
  budgets,
  hostSpeed,
}: Pick<RunRecord, 'milestones' | 'budgets' | 'hostSpeed'>): readonly MilestoneRow[] {
  const factor = hostFactor(hostSpeed)
  const startedMs = milestoneAt(milestones, 'recovery-started')
  const budgetOf = (id: string, atMs: number): string => {
    const budgetMs = budgets.milestones[id]?.ms
    if (budgetMs === undefined || startedMs === null) return ''
    const scaledMs = scaledBudget(budgetMs, factor)
    const scaled = scaledMs > budgetMs ? `, here ${formatDuration(scaledMs)}` : ''
    return `${formatDuration(atMs - startedMs)} of ${formatDuration(budgetMs)}${scaled}`
  }
  const reached = milestones.toSorted((a, b) => a.atMs - b.atMs)
  const missed = Object.keys(budgets.milestones).filter((id) => milestoneAt(milestones, id) === null)
  // Only the library's repair announces the milestones before the recovery; another repair may have passed them.
  const missing = milestoneAt(milestones, 'recovered') === null ? 'not reached' : 'not announced'
  return [
    ...reached.map(({ id, title, atMs }, index) => ({
      ...{ id, title, atMs },
      text: formatDuration(atMs),
      afterMs: atMs - (reached[index - 1]?.atMs ?? 0),
      budget: budgetOf(id, atMs),
    })),
    ...missed.map((id) => ({ id, title: id, atMs: null, text: missing, afterMs: null, budget: '' })),
  ]
}
