import type { DrillContext } from '../model/context.ts'
import type { Journal } from '../model/journal.ts'
import { drillMilestone } from '../model/milestone.ts'
import { milestoneBudgets, replacedIn } from '../model/scenario.ts'
import type { DrillPlan, DrillEnvironment } from './environment-port.ts'

/** What a repair still does when the cluster is whole; rejects with what it failed with. */
export interface FollowUp {
  readonly ended: Promise<void>
}

/**
 * Repairs, and waits until the cluster itself says that it is whole, which is the milestone `recovered`. The library goes on
 * listening for clients that ask late, beside what the caller does next. Where the losses let nothing be replaced, it waits for the
 * end of the repair only. Rejects, when the repair is over, with what it
 * failed with, or because the cluster is not whole in time.
 */
export async function repairUntilRecovered(
  ports: Pick<DrillEnvironment, 'repair' | 'recovered'>,
  plan: DrillPlan,
  context: DrillContext,
  kubeadmConfig?: string,
): Promise<FollowUp> {
  const { journal } = context
  const beganMs = journal.nowMs()
  let onVerified = (): void => undefined
  const confirmed = new Promise<void>((resolve) => (onVerified = resolve))
  const ended = ports.repair(plan, context, kubeadmConfig, onVerified)
  // The caller sees it by `ended`; until then it must not end the process.
  ended.catch(() => undefined)
  await Promise.race([ended, confirmed])
  // What was not broken is not recovered: a Node may have been NotReady before.
  if (replacedIn(plan.scenario).length === 0) {
    await ended
    return { ended }
  }
  try {
    await ports.recovered(context, startedMs(journal) ?? beganMs, recoveredBudgetMs(plan))
  } catch (error) {
    await ended
    throw error
  }
  journal.append(drillMilestone('recovered'))
  return { ended }
}

/** When the repair began by the milestone, from which `recovered` is judged: its process takes half a second to start. */
function startedMs({ events }: Journal): number | undefined {
  return events.findLast((event) => event.type === 'milestone.reached' && event['milestone'] === 'recovery-started')
    ?.atMs
}

/** How long `recovered` may take with the control planes of the plan; 0 where it has no budget. */
function recoveredBudgetMs({ scenario, topology }: DrillPlan): number {
  return milestoneBudgets(scenario.budgets, topology)['recovered']?.ms ?? 0
}
