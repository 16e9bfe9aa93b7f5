import { InvalidArgumentError } from 'commander'
import type { Scenario } from '../model/scenario.ts'
import { UsageError } from '../model/errors.ts'

/** Seconds by milestone, as `--budget recovered=120` gives them; repeatable. Throws InvalidArgumentError. */
export function parseBudget(word: string, earlier: Readonly<Record<string, number>> = {}): Record<string, number> {
  const [, milestone, seconds] = /^([\w-]+)=(\d+(?:\.\d+)?)$/.exec(word) ?? []
  if (milestone === undefined || !(Number(seconds) > 0))
    throw new InvalidArgumentError('give MILESTONE=SECONDS, such as recovered=120')
  return { ...earlier, [milestone]: Number(seconds) }
}

/** The scenario with these budgets in place of its own. Throws UsageError for a milestone that it has no budget for. */
export function withBudgets(scenario: Scenario, budgets: Readonly<Record<string, number>> = {}): Scenario {
  const known = Object.keys(scenario.budgets.milestones)
  const strange = Object.keys(budgets).find((milestone) => !known.includes(milestone))
  if (strange !== undefined)
    throw new UsageError(
      `${scenario.id} has no budget for ${strange}`,
      known.length > 0 ? `it has budgets for ${known.join(', ')}` : 'omit --budget',
    )
  const given = Object.entries(budgets).map(([milestone, seconds]) => [milestone, { ms: seconds * 1000 }] as const)
  return {
    ...scenario,
    budgets: { ...scenario.budgets, milestones: { ...scenario.budgets.milestones, ...Object.fromEntries(given) } },
  }
}
