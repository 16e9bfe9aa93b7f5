import type { Command } from 'commander'
import { exitCodes } from '../model/errors.ts'
import { verdictLines } from './render.ts'

export function registerJudge(program: Command): void {
  program
    .command('judge')
    .argument('<run>', 'run directory, or the name of a run below runs/')
    .description('judge a stored run again with the checks of this version; needs no cluster')
    .option('--json', 'print verdict, claim and findings as JSON')
    .addHelpText(
      'after',
      '\nReplaces the verdict in run.json and exits with its exit code.\n\nExamples:\n  drill judge latest\n  drill judge runs/20261124T021500Z-lost-pki-m1',
    )
    .action(async (run: string, options: { json?: true }) => {
      const [{ runPath }, { findScenario }, { judgeRun }, { loadRun }, { modeOf, scenarioFor }] = await Promise.all([
        import('./run-path.ts'),
        import('./find-scenario.ts'),
        import('../run/judge-run.ts'),
        import('../store/load-run.ts'),
        import('../run/checks-for.ts'),
      ])
      const directory = runPath(run)
      const { record } = await loadRun(directory)
      const judged = await judgeRun(directory, record, scenarioFor(findScenario(record.scenario.id), modeOf(record)))
      const { id, verdict, exitCode, claim, findings } = judged
      if (options.json) console.log(JSON.stringify({ id, verdict, exitCode, claim, findings }, null, 2))
      else for (const line of verdictLines(judged)) console.log(line)
      process.exitCode = exitCode ?? exitCodes.unknown
    })
}
