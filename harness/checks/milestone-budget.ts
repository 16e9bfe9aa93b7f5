import { type Milestone, milestoneAt } from '../model/milestone.ts'
import type { RunRecord } from '../model/run-record.ts'
import { seconds } from '../model/format.ts'

/** A milestone beside the time that it may take. */
export interface BudgetedMilestone {
  readonly id: string
  readonly title: string
  /** Since the milestone `recovery-started`; null when either was not reached. */
  readonly tookMs: number | null
  readonly budgetMs: number
  /** Why it took too long, for a finding; empty when it did not. */
  readonly failures: readonly string[]
}

/** Compares every milestone that has a budget with it. One that was not reached is not late: `recovered` judges that. */
export function budgetedMilestones({ milestones, budgets }: RunRecord): readonly BudgetedMilestone[] {
  return Object.entries(budgets.milestones).map(([id, { ms: budgetMs }]) => {
    const title = milestones.find((milestone) => milestone.id === id)?.title ?? id
    const tookMs = sinceRepair(milestones, id)
    const late = tookMs !== null && tookMs > budgetMs
    return {
      ...{ id, title, tookMs, budgetMs },
      failures: late ? [`${title} after ${seconds(tookMs)}, allowed are ${seconds(budgetMs)}`] : [],
    }
  })
}

/** From the start of the repair to a milestone, in milliseconds; null when either was not reached. */
export function sinceRepair(milestones: readonly Milestone[], id: string): number | null {
  const [started, at] = [milestoneAt(milestones, 'recovery-started'), milestoneAt(milestones, id)]
  return started === null || at === null ? null : at - started
}
