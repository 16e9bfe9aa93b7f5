import { Command, Option } from 'commander'
import { benchmarkTable } from './benchmark-table.ts'
import type { BenchmarkResult } from './benchmark-result.ts'
import { runRound } from './run-round.ts'
import { addCommonOptions, runProgram, runExperiment, type ExperimentOptions } from '../repeat.ts'
import { addTopologyOptions, parseInteger } from '../../cli/topology-options.ts'
import { replacedIn } from '../../model/scenario.ts'

interface BenchmarkOptions extends ExperimentOptions {
  readonly rounds: number
  readonly article: boolean
}

const defaults = { controlPlanes: 3, workers: 2 }

const program = new Command('npm run benchmark --')
  .description(
    "times, on this machine in one go: kind's creation of a cluster, the repair by the library, and the repair by article-patient",
  )
  .addOption(new Option('--rounds <n>', 'rounds').default(3).argParser(parseInteger('--rounds', 1, 20)))
  .option('--no-article', "leave the article's procedure out: a round takes 3 to 4 minutes")
addCommonOptions(addTopologyOptions(program, defaults), 'benchmark')
  .addHelpText(
    'after',
    '\nWrites benchmark.json and benchmark.md, a table for README, after each round. A round of 3 + 2 takes 10 to 15 minutes.',
  )
  .exitOverride()
  .action((options: BenchmarkOptions) => benchmark(options))

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
