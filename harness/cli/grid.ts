import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Command, CommanderError, Option } from 'commander'
import { defaultOptions } from '../../lib/index.ts'
import { lostPki } from '../../scenarios/lost-pki.ts'
import { environmentOf } from '../drill/environment.ts'
import { realPorts } from '../drill/real-ports.ts'
import { exitCodeOf, exitCodes, explain, UsageError } from '../errors.ts'
import { cellsOf, type GridResult } from '../grid/grid-result.ts'
import { gridTable } from '../grid/grid-table.ts'
import { runGrid } from '../grid/run-grid.ts'
import { redactedJson } from '../record/redact.ts'
import { whereOf, type Interruption } from '../recovery/interruption.ts'
import { stepsOf } from '../recovery/steps-of.ts'
import { chosenImages } from '../setup/chosen-images.ts'
import { openConsole } from './console.ts'
import { listenForInterruption } from './run-scenario.ts'
import { wholeNumber } from './whole-number.ts'

interface GridOptions {
  readonly masters: number
  readonly workers: number
  readonly steps?: string
  readonly kill: 'both' | Interruption['when']
  readonly out: string
  readonly nodeImage?: string
  readonly parallel?: true
  readonly verbose?: true
}

const program = new Command('npm run grid --')
  .description(
    'kills the repair (SIGKILL) after every step and in the middle of every step, each time after a new loss, and runs it again: it must converge, and replace no CA that a machine already uses',
  )
  .addOption(new Option('--masters <n>', 'control planes').default(2).argParser(wholeNumber('--masters', 1, 3)))
  .addOption(new Option('--workers <n>', 'workers').default(1).argParser(wholeNumber('--workers', 1, 9)))
  .option('--steps <a,b>', 'only these steps; default: all')
  .addOption(
    new Option('--kill <when>', 'after the steps, in them, or both').choices(['both', 'after', 'in']).default('both'),
  )
  .option('--node-image <ref>', 'a node image; default: what setup chose')
  .option('--out <dir>', 'where the run directory <utc>-grid goes', 'runs')
  .option('--parallel', 'allow another drill on this engine at the same time; the measurements suffer')
  .option('-v, --verbose', 'also the commands run on the nodes')
  .addHelpText(
    'after',
    `
All on one cluster, about 1.5 minutes a kill; grid.json and grid.md are written after each.
Exit codes: 0 all converged, 1 one did not, 3 harness error, 64 usage, 130 interrupted

Examples:
  npm run grid
  npm run grid -- --masters 1 --steps start-etcd,restart-kubelets`,
  )
  .exitOverride()
  .action(async (options: GridOptions) => {
    process.exitCode = await grid(options)
  })

async function grid(options: GridOptions): Promise<number> {
  const topology = { masters: options.masters, workers: options.workers }
  const interruptions = cellsOf(await chosenSteps(options), options.kill === 'both' ? ['after', 'in'] : [options.kill])
  const images = await chosenImages(options.nodeImage === undefined ? {} : { nodeImage: options.nodeImage })
  const ports = realPorts({ images, parallel: options.parallel ?? false })
  await ports.preflight({ topology })
  const startedAt = new Date().toISOString()
  const runDir = join(resolve(options.out), `${startedAt.replace(/\.\d+Z$/, 'Z').replaceAll(/[-:]/g, '')}-grid`)
  await mkdir(runDir, { recursive: true })
  let result: GridResult = {
    startedAt,
    topology,
    planned: interruptions.length,
    environment: await environmentOf(images),
    cells: [],
  }
  const output = openConsole({ json: false, verbose: options.verbose ?? false })
  const interruption = listenForInterruption(() =>
    console.error('already cleaning up; the cluster is gone in some seconds'),
  )
  console.error(
    `${interruptions.length} kills on ${topology.masters} control plane(s) and ${topology.workers} worker(s)  ${runDir}`,
  )
  try {
    const { signal } = interruption
    await runGrid(
      { ports, scenario: lostPki, topology, runDir, onEvent: output.event, signal },
      interruptions,
      async (cells) => {
        result = { ...result, cells }
        const last = cells.at(-1)
        if (last)
          console.error(`${cells.length} of ${interruptions.length}: ${whereOf(last.interruption)}: ${last.outcome}`)
        await writeFile(join(runDir, 'grid.json'), `${redactedJson(result, 2)}\n`)
        await writeFile(join(runDir, 'grid.md'), gridTable(result))
      },
    )
    console.log(`\n${gridTable(result)}\n${join(runDir, 'grid.json')}`)
  } catch (error) {
    throw interruption.signal.aborted ? interruption.signal.reason : error
  } finally {
    output.close()
    interruption.stop()
  }
  const whole = result.cells.length === interruptions.length
  return whole && result.cells.every(({ outcome }) => outcome !== 'failed') ? exitCodes.pass : exitCodes.fail
}

async function chosenSteps({ steps, out }: GridOptions): Promise<readonly string[]> {
  const all = (await stepsOf({ recovery: { id: 'library', options: defaultOptions }, runDir: out })).map(({ id }) => id)
  if (steps === undefined) return all
  const chosen = steps.split(',').map((step) => step.trim())
  const unknown = chosen.find((step) => !all.includes(step))
  if (unknown !== undefined) throw new UsageError(`no step is called "${unknown}"`, `one of ${all.join(', ')}`)
  return chosen
}

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) console.error(`grid: ${explain(error)}`)
  process.exitCode = exitCodeOf(error)
}
