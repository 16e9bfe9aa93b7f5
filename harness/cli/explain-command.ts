import type { Command } from 'commander'
import { replacedIn, type Scenario } from '../model/scenario.ts'
import { expectationText } from './render.ts'

export function registerExplain(program: Command): void {
  program
    .command('explain')
    .argument('<scenario>', 'scenario id, see drill list')
    .description('describe the fault, repair steps, checks and budgets of a scenario')
    .addHelpText('after', '\nExamples:\n  drill explain lost-pki')
    .action(async (id: string) => {
      const { findScenario } = await import('./find-scenario.ts')
      for (const line of await describe(findScenario(id))) console.log(line)
    })
}

/** The scenario as text: losses, expectation, repair steps, checks and budgets. */
async function describe(scenario: Scenario): Promise<readonly string[]> {
  const { title, hypothesis, losses, recovery, checks, budgets, expects } = scenario
  // Imported lazily, as the other commands need no repair.
  const { libraryRecovery, stepsOf } = await import('../../lib/index.ts')
  const steps = recovery === undefined ? [] : stepsOf(libraryRecovery())
  return [
    `${scenario.id}: ${title}`,
    `  hypothesis  ${hypothesis}`,
    `  expected    ${expectationText(expects)}`,
    '',
    losses.length > 0 ? 'Losses:' : 'No loss: nothing is destroyed.',
    ...losses.flatMap((loss) => [`  - ${loss.title}`, ...loss.provedBy.map((proof) => `      proved by: ${proof}`)]),
    ...(losses.length > 0 ? [`  a repair must replace: ${replacedIn(scenario).join(', ') || 'nothing'}`] : []),
    '',
    recovery === undefined ? 'No repair.' : `Repair (${recovery}), in this order:`,
    ...steps.map((step, index) => `  ${String(index + 1).padStart(2)}. ${step.id.padEnd(34)} ${step.title}`),
    '',
    'Checks:',
    ...checks.map((check) => `  - ${check.id.padEnd(26)} ${check.title}`),
    '',
    `Budgets: ${budgets.failedProbes} failed probes, longest gap ${budgets.longestGapMs} ms, a failure of 1 request in ${budgets.detectableOneIn} seen with 99 %`,
    ...Object.entries(budgets.milestones).map(
      ([id, { ms, perControlPlaneMs = 0 }]) =>
        `  - ${id} within ${ms / 1000} s of the repair's start${perControlPlaneMs > 0 ? `, ${perControlPlaneMs / 1000} s more for each further control plane` : ''}`,
    ),
  ]
}
