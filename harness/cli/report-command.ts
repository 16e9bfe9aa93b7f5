import { join } from 'node:path'
import type { Command } from 'commander'

export function registerReport(program: Command): void {
  program
    .command('report')
    .argument('<run>', 'run directory')
    .description('render the reports of a stored run again: index.html, junit.xml, summary.md; needs no cluster')
    .addHelpText('after', '\nExamples:\n  drill report runs/latest')
    .action(async (directory: string) => {
      const { writeReports } = await import('./write-reports.ts')
      for (const path of await writeReports(directory)) console.log(join(directory, path))
    })
}
