import type { Command } from 'commander'
import { exitCodes } from '../model/errors.ts'
import type { MatrixOptions } from './write-matrix.ts'

export function registerMerge(program: Command): void {
  program
    .command('merge')
    .argument('[folders...]', 'folders of runs, such as the artifacts of a night (default: runs)')
    .description('render one HTML page, one JUnit and one CTRF file for all runs of a matrix; needs no cluster')
    .option(
      '--matrix <name|file>',
      'the runs to expect: nightly, ci, or a file of the form of drill list --json',
      'nightly',
    )
    .option('--out <dir>', 'where the reports go', 'merged')
    .option('--json', 'print verdict and rows as JSON, and write the reports all the same')
    .addHelpText(
      'after',
      `
A drill of the matrix without a run is unknown, as is a run that cannot be read. A run that its scenario makes fail
has ended as expected when it does. Every run of a drill counts, and the exit code is that of the worst.

Exit codes: 0 pass, 1 fail, 2 unknown, 3 harness error, 64 usage, 130 interrupted

Examples:
  drill merge runs --matrix ci
  drill merge night/artifacts --out night/merged
  drill list --json | jq '[.[] | select(.id == "lost-pki")]' >matrix.json && drill merge runs --matrix matrix.json`,
    )
    .action(async (given: readonly string[], options: MatrixOptions & { readonly json?: true }) => {
      const [{ writeMatrix }, { verdictMark }] = await Promise.all([import('./write-matrix.ts'), import('./render.ts')])
      const { verdict, claim, rows, files } = await writeMatrix(given.length === 0 ? ['runs'] : given, options)
      const exitCode = exitCodes[verdict]
      if (options.json) {
        const ids = rows.map(({ run, ...row }) => ({ ...row, run: run?.record.id ?? null }))
        console.log(JSON.stringify({ verdict, exitCode, claim, files, rows: ids }, null, 2))
      } else {
        for (const { verdict: of, drill, summary } of rows)
          if (of !== 'pass') console.log(`${verdictMark(of, drill)}\n    ${summary}`)
        console.log(`${verdictMark(verdict, verdict.toUpperCase())}  ${claim}`)
        for (const file of files) console.log(file)
      }
      process.exitCode = exitCode
    })
}
