import { libraryRecovery, stepsOf } from '../../lib/index.ts'
import type { Expectation } from '../model/run-record.ts'
import { replacedIn, type Scenario } from '../model/scenario.ts'

/** The scenario in words: what is destroyed where, what is expected, which steps, which checks. */
export async function describeScenario(scenario: Scenario): Promise<readonly string[]> {
  const { title, hypothesis, losses, recovery, checks, budgets, expects } = scenario
  const steps = recovery === undefined ? [] : stepsOf(libraryRecovery())
  return [
    `${scenario.id}: ${title}`,
    `  claims    ${hypothesis}`,
    `  expected  ${expectationText(expects)}`,
    '',
    losses.length > 0 ? 'Destroys:' : 'Destroys nothing.',
    ...losses.flatMap((loss) => [`  - ${loss.title}`, ...loss.provedBy.map((proof) => `      proved by: ${proof}`)]),
    ...(losses.length > 0 ? [`  a right repair replaces: ${replacedIn(scenario).join(', ') || 'nothing'}`] : []),
    '',
    recovery === undefined ? 'No repair.' : `Repair ${recovery}, in this order:`,
    ...steps.map((step, index) => `  ${String(index + 1).padStart(2)}. ${step.id.padEnd(34)} ${step.title}`),
    '',
    'Checks:',
    ...checks.map((check) => `  - ${check.id.padEnd(26)} ${check.title}`),
    '',
    `Budgets: ${budgets.failedProbes} failed probes, longest gap ${budgets.longestGapMs} ms, coverage ${budgets.coverage * 100} %`,
    ...Object.entries(budgets.milestones).map(
      ([id, { ms, perControlPlaneMs = 0 }]) =>
        `  - ${id} within ${ms / 1000} s of the repair's start${perControlPlaneMs > 0 ? `, ${perControlPlaneMs / 1000} s more for each further control plane` : ''}`,
    ),
  ]
}

/** `pass`, or `the repair refuses (etcd-data-missing) and changes nothing`. */
export const expectationText = (expects: Expectation): string =>
  typeof expects === 'string' ? expects : `the repair refuses (${expects.refused}) and changes nothing`
