import { Command, Option } from 'commander'
import { benchTable } from './benchmark-table.ts'
import type { BenchResult } from './benchmark-result.ts'
import { runRound } from './run-round.ts'
import { addCommonOptions, addTopology, runProgram, withLosses, type ManyLossesOptions } from '../repeat.ts'
import { wholeNumber } from '../../cli/parse-integer.ts'

interface BenchOptions extends ManyLossesOptions {
  readonly rounds: number
}

const program = new Command('npm run bench --')
  .description(
    "times, on this machine in one go: kind's creation of a cluster, our repair of it, and the old article's (with an operator's patience)",
  )
  .addOption(new Option('--rounds <n>', 'rounds').default(3).argParser(wholeNumber('--rounds', 1, 20)))
addCommonOptions(addTopology(program, { masters: 3, workers: 2 }), 'bench')
  .addHelpText(
    'after',
    '\nWrites bench.json and bench.md, a table for README, after each round. A round of 3 + 2 takes 10 to 15 minutes.',
  )
  .exitOverride()
  .action((options: BenchOptions) => bench(options))

function bench(options: BenchOptions): Promise<void> {
  const { rounds, masters, workers } = options
  return withLosses('bench', options, async ({ bench: given, startedAt, environment, save, conclude }) => {
    const { topology, runDir } = given
    let result: BenchResult = { startedAt, topology, rounds: 0, environment, creations: [], repairs: [] }
    for (let round = 1; round <= rounds; round++) {
      console.error(`\nround ${round} of ${rounds}, ${masters} control plane(s) and ${workers} worker(s)  ${runDir}`)
      const done = await runRound(given, round)
      result = {
        ...result,
        rounds: round,
        creations: [...result.creations, ...done.creations],
        repairs: [...result.repairs, ...done.repairs],
      }
      await save(result, benchTable(result))
    }
    // What was interrupted while the last cluster was deleted is whole all the same.
    conclude(benchTable(result))
  })
}

await runProgram('bench', program)
