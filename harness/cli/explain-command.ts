import type { Command } from 'commander'
import type { Step } from '../../lib/index.ts'
import { replacedIn, type Scenario } from '../model/scenario.ts'
import { expectationText } from './render.ts'

export function registerExplain(program: Command): void {
  program
    .command('explain')
    .argument('<scenario>', 'scenario id, see drill list')
    .description('describe the fault, repair steps, checks and budgets of a scenario')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  drill explain lost-pki\n  drill explain lost-pki --json')
    .action(async (id: string, options: { json?: true }) => {
      const [{ findScenario }, { scenarioFor }] = await Promise.all([
        import('./find-scenario.ts'),
        import('../run/checks-for.ts'),
      ])
      const scenario = scenarioFor(findScenario(id), {})
      const steps = await repairSteps(scenario)
      if (options.json) console.log(JSON.stringify(asData(scenario, steps), null, 2))
      else for (const line of describe(scenario, steps)) console.log(line)
    })
}

type StepName = Pick<Step, 'id' | 'title'>

/** The steps of the library in their order; none where the scenario is not repaired. */
async function repairSteps({ recovery }: Scenario): Promise<readonly StepName[]> {
  // Imported lazily, as the other commands need no repair.
  const { libraryRecovery, stepsOf } = await import('../../lib/index.ts')
  return recovery === undefined ? [] : stepsOf(libraryRecovery()).map(({ id, title }) => ({ id, title }))
}

/** What `--json` prints: the same as the text, without the functions of losses and checks. */
function asData(scenario: Scenario, steps: readonly StepName[]) {
  const { id, title, hypothesis, expects, recovery = null, budgets } = scenario
  const losses = scenario.losses.map(({ id, title, provedBy, replaces }) => ({ id, title, provedBy, replaces }))
  const checks = scenario.checks.map(({ id, title }) => ({ id, title }))
  return { id, title, hypothesis, expects, losses, recovery, steps, checks, budgets }
}

/** The scenario as text: losses, expectation, repair steps, checks and budgets. */
function describe(scenario: Scenario, steps: readonly StepName[]): readonly string[] {
  const { title, hypothesis, losses, recovery, checks, budgets, expects } = scenario
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
      ([id, { ms, perControlPlaneMs = 0, perWorkerMs = 0 }]) =>
        `  - ${id} within ${ms / 1000} s of the repair's start${moreFor(perControlPlaneMs / 1000, perWorkerMs / 1000)}`,
    ),
    ...(budgets.cpuSeconds
      ? [
          `  - ${budgets.cpuSeconds.seconds} s of processor time for the repair${moreFor(budgets.cpuSeconds.perControlPlane, budgets.cpuSeconds.perWorker)}`,
        ]
      : []),
    'Time budgets grow with a slower or busier host, threefold at most.',
  ]
}

/** What further machines add to a budget, in seconds. */
function moreFor(controlPlane = 0, worker = 0): string {
  const added = [
    ...(controlPlane > 0 ? [`${controlPlane} s more for each further control plane`] : []),
    ...(worker > 0 ? [`${worker} s more for each worker after the second`] : []),
  ]
  return added.map((text) => `, ${text}`).join('')
}
