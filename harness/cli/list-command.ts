import type { Command } from 'commander'

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
      const rows = scenarios.map(({ id, title, hypothesis, expects }) => ({ id, title, hypothesis, expects }))
      if (options.json) console.log(JSON.stringify(rows, null, 2))
      else
        for (const row of rows)
          console.log(`${row.id}\n  ${row.title}\n  ${row.hypothesis}\n  expected: ${expectationText(row.expects)}`)
    })
}
