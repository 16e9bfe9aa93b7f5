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
}

/** The milestones in the order in which they were reached, then those with a budget that were not reached. */
export function milestoneRows({
  milestones,
  budgets,
}: Pick<RunRecord, 'milestones' | 'budgets'>): readonly MilestoneRow[] {
  const reached = milestones.toSorted((a, b) => a.atMs - b.atMs)
  const missed = Object.keys(budgets.milestones).filter((id) => milestoneAt(milestones, id) === null)
  // Only the library's repair announces the milestones before the recovery; another repair may have passed them.
  const missing = milestoneAt(milestones, 'recovered') === null ? 'not reached' : 'not announced'
  return [
    ...reached.map(({ id, title, atMs }, index) => ({
      ...{ id, title, atMs },
      text: formatDuration(atMs),
      afterMs: atMs - (reached[index - 1]?.atMs ?? 0),
    })),
    ...missed.map((id) => ({ id, title: id, atMs: null, text: missing, afterMs: null })),
  ]
}
