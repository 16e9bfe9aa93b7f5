import type { Command } from 'commander'

export function registerExplain(program: Command): void {
  program
    .command('explain')
    .argument('<scenario>', 'one of drill list')
    .description('what a scenario destroys, repairs and checks; touches nothing')
    .addHelpText('after', '\nExamples:\n  drill explain lost-pki')
    .action(async (id: string) => {
      const [{ describeScenario }, { findScenario }] = await Promise.all([
        import('./describe-scenario.ts'),
        import('./find-scenario.ts'),
      ])
      for (const line of await describeScenario(findScenario(id))) console.log(line)
    })
}
