import { type Milestone, milestoneAt } from '../model/milestone.ts'
import { hostFactor, hostSpeedText, judgeBudget, scaledBudget } from '../model/host-speed.ts'
import type { RunRecord } from '../model/run-record.ts'
import { seconds } from '../model/format.ts'

/** A milestone beside the time that it may take. */
export interface BudgetedMilestone {
  readonly id: string
  readonly title: string
  /** Since the milestone `recovery-started`; null when either was not reached. */
  readonly tookMs: number | null
  readonly budgetMs: number
  /** The budget for a host as slow as this one was; never less than the budget. */
  readonly scaledMs: number
  /** Why it took too long, for a finding; empty when it did not. */
  readonly failures: readonly string[]
  /** The same where the host was slower than a budget may grow, so that nobody knows. */
  readonly unknowns: readonly string[]
}

/** Compares every milestone that has a budget with it. One that was not reached is not late: `recovered` judges that. */
export function budgetedMilestones(record: RunRecord): readonly BudgetedMilestone[] {
  const { milestones, budgets, hostSpeed } = record
  const factor = hostFactor(hostSpeed)
  return Object.entries(budgets.milestones).map(([id, { ms: budgetMs }]) => {
    const title = milestones.find((milestone) => milestone.id === id)?.title ?? id
    const tookMs = sinceRepair(milestones, id)
    const scaledMs = scaledBudget(budgetMs, factor)
    const verdict = tookMs === null ? 'pass' : judgeBudget(tookMs, budgetMs, factor)
    const allowed =
      scaledMs > budgetMs ? `${seconds(scaledMs)} on this host (${hostSpeedText(hostSpeed)})` : seconds(budgetMs)
    const late = `${title} after ${seconds(tookMs ?? 0)}, allowed are ${allowed}`
    return {
      ...{ id, title, tookMs, budgetMs, scaledMs },
      failures: verdict === 'fail' ? [late] : [],
      unknowns: verdict === 'unknown' ? [`${late}, and the host was slower than a budget may grow`] : [],
    }
  })
}

/** From the start of the repair to a milestone, in milliseconds; null when either was not reached. */
export function sinceRepair(milestones: readonly Milestone[], id: string): number | null {
  const [started, at] = [milestoneAt(milestones, 'recovery-started'), milestoneAt(milestones, id)]
  return started === null || at === null ? null : at - started
}
