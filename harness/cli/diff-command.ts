import type { Command } from 'commander'

export function registerDiff(program: Command): void {
  program
    .command('diff')
    .argument('<before>', 'run directory, or the name of a run below runs/')
    .argument('<after>', 'another one')
    .description('compare two stored runs: what changed, milestones, gaps and checks; needs no cluster')
    .option('--json', 'print the comparison as JSON; times in milliseconds')
    .addHelpText(
      'after',
      `
Exits with 0 whatever it finds: the verdict of a run is that of drill judge.

Examples:
  drill diff 20261124T021500Z-lost-pki-m1 latest
  drill diff runs/latest ../of-a-colleague/runs/latest --json`,
    )
    .action(async (before: string, after: string, options: { json?: true }) => {
      const [{ diffOf }, { readRecord }, { diffLines }, { drillWords }, { runPath }] = await Promise.all([
        import('../../reports/comparison/run-diff.ts'),
        import('../store/load-run.ts'),
        import('./diff-text.ts'),
        import('./drill-words.ts'),
        import('./run-path.ts'),
      ])
      const runOf = async (name: string) => {
        const record = await readRecord(runPath(name))
        return { record, drill: drillWords(record.argv, record.scenario.id) }
      }
      const diff = diffOf(await runOf(before), await runOf(after))
      if (options.json) console.log(JSON.stringify(diff, null, 2))
      else for (const line of diffLines(diff)) console.log(line)
    })
}
