import type { Command } from 'commander'
import { expectedExitCode, leavesClusterWhole, type Scenario } from '../model/scenario.ts'

export function registerList(program: Command): void {
  program
    .command('list')
    .description('list the scenarios')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  drill list\n  drill list --json')
    .action(async (options: { json?: true }) => {
      const [{ scenarios }, { expectationText }] = await Promise.all([
        import('../../scenarios/index.ts'),
        import('./render.ts'),
      ])
      if (options.json) console.log(JSON.stringify(scenarios.map(listed), null, 2))
      else
        for (const row of scenarios)
          console.log(`${row.id}\n  ${row.title}\n  ${row.hypothesis}\n  expected: ${expectationText(row.expects)}`)
    })
}

/** A scenario as scripts read it. `run` holds the words after `drill run`: what .ci/steps.mjs and the nightly workflow drill. */
export function listed(scenario: Scenario) {
  const { id, title, hypothesis, expects, recovery = null, drills } = scenario
  const exitCode = expectedExitCode(scenario)
  return {
    ...{ id, title, hypothesis, recovery, expects, exitCode },
    leavesClusterWhole: leavesClusterWhole(scenario),
    recoveredWithinMs: scenario.budgets.milestones['recovered']?.ms ?? 0,
    losses: scenario.losses.map((loss) => ({ id: loss.id, title: loss.title, replaces: loss.replaces })),
    drills: drills.map((drill) => {
      const { controlPlanes, workers } = drill.topology
      const options = drill.options ?? []
      const run = [id, '--control-planes', controlPlanes, '--workers', workers, ...options].join(' ')
      return { title: drill.title, run, topology: drill.topology, options, exitCode, in: drill.in }
    }),
  }
}
