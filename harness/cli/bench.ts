import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Command, CommanderError, Option } from 'commander'
import { lostPki } from '../../scenarios/lost-pki.ts'
import { benchTable } from '../bench/bench-table.ts'
import type { BenchResult } from '../bench/bench-result.ts'
import { runRound } from '../bench/run-round.ts'
import { environmentOf } from '../drill/environment.ts'
import { realPorts } from '../drill/real-ports.ts'
import { exitCodeOf, explain } from '../errors.ts'
import { redactedJson } from '../record/redact.ts'
import { chosenImages } from '../setup/chosen-images.ts'
import { openConsole } from './console.ts'
import { listenForInterruption } from './run-scenario.ts'
import { wholeNumber } from './whole-number.ts'

interface BenchOptions {
  readonly rounds: number
  readonly masters: number
  readonly workers: number
  readonly out: string
  readonly nodeImage?: string
  readonly parallel?: true
  readonly verbose?: true
}

const program = new Command('npm run bench --')
  .description(
    "times, on this machine in one go: kind's creation of a cluster, our repair of it, and the old article's (with an operator's patience)",
  )
  .addOption(new Option('--rounds <n>', 'rounds').default(3).argParser(wholeNumber('--rounds', 1, 20)))
  .addOption(new Option('--masters <n>', 'control planes').default(3).argParser(wholeNumber('--masters', 1, 3)))
  .addOption(new Option('--workers <n>', 'workers').default(2).argParser(wholeNumber('--workers', 1, 9)))
  .option('--node-image <ref>', 'a node image; default: what setup chose')
  .option('--out <dir>', 'where the run directory <utc>-bench goes', 'runs')
  .option('--parallel', 'allow another drill on this engine at the same time; the measurements suffer')
  .option('-v, --verbose', 'also the commands run on the nodes')
  .addHelpText(
    'after',
    '\nWrites bench.json and bench.md, a table for README, after each round. A round of 3 + 2 takes 10 to 15 minutes.',
  )
  .exitOverride()
  .action((options: BenchOptions) => bench(options))

async function bench(options: BenchOptions): Promise<void> {
  const { rounds, masters, workers } = options
  const topology = { masters, workers }
  const images = await chosenImages(options.nodeImage === undefined ? {} : { nodeImage: options.nodeImage })
  const ports = realPorts({ images, parallel: options.parallel ?? false })
  await ports.preflight({ topology })
  const startedAt = new Date().toISOString()
  const runDir = join(resolve(options.out), `${startedAt.replace(/\.\d+Z$/, 'Z').replaceAll(/[-:]/g, '')}-bench`)
  await mkdir(runDir, { recursive: true })
  let result: BenchResult = {
    startedAt,
    topology,
    rounds: 0,
    environment: await environmentOf(images),
    creations: [],
    repairs: [],
  }
  const output = openConsole({ json: false, verbose: options.verbose ?? false })
  const interruption = listenForInterruption(() =>
    console.error('already cleaning up; the cluster is gone in some seconds'),
  )
  try {
    for (let round = 1; round <= rounds; round++) {
      console.error(`\nround ${round} of ${rounds}, ${masters} control plane(s) and ${workers} worker(s)  ${runDir}`)
      const { signal } = interruption
      const done = await runRound({ ports, scenario: lostPki, topology, runDir, onEvent: output.event, signal }, round)
      result = {
        ...result,
        rounds: round,
        creations: [...result.creations, ...done.creations],
        repairs: [...result.repairs, ...done.repairs],
      }
      await writeFile(join(runDir, 'bench.json'), `${redactedJson(result, 2)}\n`)
      await writeFile(join(runDir, 'bench.md'), benchTable(result))
    }
    // What was interrupted while the last cluster was deleted is whole all the same.
    console.log(`\n${benchTable(result)}\n${join(runDir, 'bench.json')}`)
  } catch (error) {
    throw interruption.signal.aborted ? interruption.signal.reason : error
  } finally {
    output.close()
    interruption.stop()
  }
}

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) console.error(`bench: ${explain(error)}`)
  process.exitCode = exitCodeOf(error)
}
