import type { Command } from 'commander'

interface HistoryOptions {
  readonly out?: string
  readonly json?: true
}

export function registerHistory(program: Command): void {
  program
    .command('history')
    .argument('[folders...]', 'folders of runs; of an old run its run.json is enough (default: runs)')
    .description('render one page with the trend of each drill over its stored runs; needs no cluster')
    .option('--out <file>', 'where the page goes (default: history.html in the first folder)')
    .option('--json', 'print the series as JSON, and write the page all the same; times in milliseconds')
    .addHelpText(
      'after',
      `
Budgets decide whether a run passed; the page only flags what is unusual for a drill.
A run that cannot be read is named on the page and on standard error.

Examples:
  drill history runs
  drill history nights --out public/history.html
  drill history runs --json | jq '.series[] | .drill, .trends[0].values'`,
    )
    .action(async (given: readonly string[], options: HistoryOptions) => {
      const { writeHistory } = await import('./write-history.ts')
      const { file, series, unreadable } = await writeHistory(given.length === 0 ? ['runs'] : given, options.out)
      for (const { directory, reason } of unreadable) console.error(`drill: ${directory} is not read: ${reason}`)
      if (options.json) console.log(JSON.stringify({ file, series, unreadable }, null, 2))
      else console.log(file)
    })
}
