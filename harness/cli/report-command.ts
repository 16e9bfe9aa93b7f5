import { join } from 'node:path'
import type { Command } from 'commander'

export function registerReport(program: Command): void {
  program
    .command('report')
    .argument('<run>', 'run directory, or the name of a run below runs/')
    .description(
      'render the reports of a stored run again: HTML, JUnit, Markdown, CTRF, OpenMetrics, Chrome trace; needs no cluster',
    )
    .option(
      '--control <run>',
      'a noop run of the same topology, whose gaps stand beside those of this run (default: the newest in the same folder)',
    )
    .option('--json', 'print the paths as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  drill report latest\n  drill report runs/latest --control nightly/20261127T021500Z-noop-m1',
    )
    .action(async (run: string, options: { control?: string; json?: true }) => {
      const [{ runPath }, { writeReports }] = await Promise.all([import('./run-path.ts'), import('./write-reports.ts')])
      const directory = runPath(run)
      const files = (await writeReports(directory, options.control)).map((path) => join(directory, path))
      if (options.json) console.log(JSON.stringify({ files }, null, 2))
      else for (const path of files) console.log(path)
    })
}
