import { join } from 'node:path'
import type { Command } from 'commander'

export function registerReport(program: Command): void {
  program
    .command('report')
    .argument('<run>', 'run directory')
    .description('render the reports of a stored run again: index.html, junit.xml, summary.md; needs no cluster')
    .option('--json', 'print the paths as JSON')
    .addHelpText('after', '\nExamples:\n  drill report runs/latest')
    .action(async (directory: string, options: { json?: true }) => {
      const { writeReports } = await import('./write-reports.ts')
      const files = (await writeReports(directory)).map((path) => join(directory, path))
      if (options.json) console.log(JSON.stringify({ files }, null, 2))
      else for (const path of files) console.log(path)
    })
}
