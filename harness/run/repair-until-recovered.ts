import type { DrillContext } from '../model/model.ts'
import type { DrillPlan, DrillEnvironment } from './environment-port.ts'

/** What a repair still does when the cluster is whole; rejects with what it failed with. */
export interface FollowUp {
  readonly ended: Promise<void>
}

/**
 * Repairs, and waits until the cluster itself says that it is whole, which is the milestone `recovered`. The library goes on
 * listening for clients that ask late, beside what the caller does next. Rejects, when the repair is over, with what it
 * failed with, or because the cluster is not whole in time.
 */
export async function repairUntilRecovered(
  ports: Pick<DrillEnvironment, 'repair' | 'recovered'>,
  plan: DrillPlan,
  context: DrillContext,
  kubeadmConfig?: string,
): Promise<FollowUp> {
  const { journal } = context
  const sinceMs = journal.nowMs()
  let onVerified = (): void => undefined
  const confirmed = new Promise<void>((resolve) => (onVerified = resolve))
  const ended = ports.repair(plan, context, kubeadmConfig, onVerified)
  // The caller sees it by `ended`; until then it must not end the process.
  ended.catch(() => undefined)
  await Promise.race([ended, confirmed])
  try {
    await ports.recovered(context, sinceMs, plan.scenario.budgets.recoveredMs)
  } catch (error) {
    await ended
    throw error
  }
  journal.append({ type: 'milestone.reached', milestone: 'recovered' })
  return { ended }
}
