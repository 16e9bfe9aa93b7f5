import type { DrillContext } from '../model/model.ts'
import type { DrillPlan, DrillPorts } from './environment-port.ts'

/** What a repair still does when the cluster is whole; rejects with what it failed with. */
export interface Afterwards {
  readonly ended: Promise<void>
}

/**
 * Repairs, and waits until the cluster itself says that it is whole, which is the milestone `recovered`. The library goes on
 * listening for clients that ask late, beside what the caller does next. Rejects, when the repair is over, with what it
 * failed with, or because the cluster is not whole in time.
 */
export async function repairUntilWhole(
  ports: Pick<DrillPorts, 'repair' | 'recovered'>,
  plan: DrillPlan,
  context: DrillContext,
  kubeadmConfig?: string,
): Promise<Afterwards> {
  const { journal } = context
  const sinceMs = journal.nowMs()
  let onConfirmed = (): void => undefined
  const confirmed = new Promise<void>((resolve) => (onConfirmed = resolve))
  const ended = ports.repair(plan, context, kubeadmConfig, onConfirmed)
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
