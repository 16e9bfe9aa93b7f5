import type { Command } from 'commander'

export function registerExplain(program: Command): void {
  program
    .command('explain')
    .argument('<scenario>', 'scenario id, see drill list')
    .description('describe the fault, repair steps, checks and budgets of a scenario')
    .addHelpText('after', '\nExamples:\n  drill explain lost-pki')
    .action(async (id: string) => {
      const [{ describeScenario }, { findScenario }] = await Promise.all([
        import('./describe-scenario.ts'),
        import('./find-scenario.ts'),
      ])
      for (const line of await describeScenario(findScenario(id))) console.log(line)
    })
}
