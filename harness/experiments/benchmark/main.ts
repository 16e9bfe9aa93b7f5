import { Command, Option } from 'commander'
import { drillWords } from '../../cli/drill-words.ts'
import { findRuns } from '../../store/find-runs.ts'
import { readJournal } from '../../store/load-run.ts'
import { machineCommands } from './machine-commands.ts'
import { scenarioTable } from './scenario-table.ts'
import { benchmarkTable } from './benchmark-table.ts'
import type { BenchmarkResult } from './benchmark-result.ts'
import { runRound } from './run-round.ts'
import { addCommonOptions, runProgram, runExperiment, type ExperimentOptions } from '../repeat.ts'
import { addTopologyOptions, parseInteger } from '../../cli/topology-options.ts'
import { replacedIn } from '../../model/scenario.ts'

interface BenchmarkOptions extends ExperimentOptions {
  readonly rounds: number
  readonly article: boolean
  readonly stored?: readonly string[]
}

const defaults = { controlPlanes: 3, workers: 2 }

const program = new Command('npm run benchmark --')
  .description(
    "times, on this machine in one go: kind's creation of a cluster, the repair by the library, and the repair by article-patient",
  )
  .addOption(new Option('--rounds <n>', 'rounds').default(3).argParser(parseInteger('--rounds', 1, 20)))
  .option('--no-article', "leave the article's procedure out: a round takes 3 to 4 minutes")
  .option('--stored <dir...>', 'no cluster: what the repairs of the runs in these folders cost, a row for each drill')
addCommonOptions(addTopologyOptions(program, defaults), 'benchmark')
  .addHelpText(
    'after',
    '\nWrites benchmark.json and benchmark.md, a table for README, after each round. A round of 3 + 2 takes 10 to 15 minutes.\n\nExamples:\n  npm run benchmark -- --no-article --rounds 1\n  npm run benchmark -- --stored runs/ci',
  )
  .exitOverride()
  .action((options: BenchmarkOptions) =>
    options.stored === undefined ? benchmark(options) : printStored(options.stored),
  )

/** Rejects with UsageError for a folder without runs. */
async function printStored(folders: readonly string[]): Promise<void> {
  const { runs, unreadable } = await findRuns(folders)
  for (const { directory, reason } of unreadable) console.error(`left out: ${directory}: ${reason}`)
  const repaired = await Promise.all(
    runs.map(async ({ directory, record }) => ({
      ...{ record, drill: drillWords(record.argv, record.scenario.id) },
      commands: machineCommands(await readJournal(directory)),
    })),
  )
  console.log(scenarioTable(repaired))
}

function benchmark(options: BenchmarkOptions): Promise<void> {
  const { rounds, article } = options
  return runExperiment(
    'benchmark',
    options,
    defaults,
    async ({ experiment: given, startedAt, environment, save, conclude }) => {
      const { topology, runDir, scenario } = given
      // The article makes new CAs: it repairs their loss, and nothing less.
      const compared = article && replacedIn(scenario).includes('cluster-ca')
      let result: BenchmarkResult = {
        startedAt,
        scenario: scenario.id,
        topology,
        rounds: 0,
        environment,
        creations: [],
        repairs: [],
      }
      for (let round = 1; round <= rounds; round++) {
        console.error(
          `\nround ${round} of ${rounds}, ${topology.controlPlanes} control plane(s) and ${topology.workers} worker(s)  ${runDir}`,
        )
        const done = await runRound(given, round, compared ? ['library', 'article-patient'] : ['library'])
        result = {
          ...result,
          rounds: round,
          creations: [...result.creations, ...done.creations],
          repairs: [...result.repairs, ...done.repairs],
        }
        await save(result, benchmarkTable(result))
      }
      // What was interrupted while the last cluster was deleted is whole all the same.
      conclude(benchmarkTable(result))
    },
  )
}

await runProgram('benchmark', program)
