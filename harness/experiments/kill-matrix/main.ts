import { Command, Option } from 'commander'
import { defaultOptions } from '../../../lib/index.ts'
import { exitCodes, UsageError } from '../../model/errors.ts'
import { cellsOf, type GridResult } from './matrix-result.ts'
import { gridTable } from './matrix-table.ts'
import { runGrid } from './run-matrix.ts'
import { whereOf, type Interruption } from '../../recovery/crash-point-options.ts'
import { stepsOf } from '../../recovery/steps-of.ts'
import { addCommonOptions, addTopology, runProgram, withLosses, type ManyLossesOptions } from '../repeat.ts'

interface GridOptions extends ManyLossesOptions {
  readonly steps?: string
  readonly kill: 'both' | Interruption['when']
}

const program = new Command('npm run grid --').description(
  'kills the repair (SIGKILL) after every step and in the middle of every step, each time after a new loss, and runs it again: it must converge, and replace no CA that a machine already uses',
)
addTopology(program, { masters: 2, workers: 1 })
  .option('--steps <a,b>', 'only these steps; default: all')
  .addOption(
    new Option('--kill <when>', 'after the steps, in them, or both').choices(['both', 'after', 'in']).default('both'),
  )
addCommonOptions(program, 'grid')
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
  const interruptions = cellsOf(await chosenSteps(options), options.kill === 'both' ? ['after', 'in'] : [options.kill])
  const planned = interruptions.length
  let cells: GridResult['cells'] = []
  await withLosses('grid', options, async ({ bench, startedAt, environment, save, conclude }) => {
    const { topology, runDir } = bench
    const resultOf = (): GridResult => ({ startedAt, topology, planned, environment, cells })
    console.error(
      `${planned} kills on ${topology.masters} control plane(s) and ${topology.workers} worker(s)  ${runDir}`,
    )
    await runGrid(bench, interruptions, async (done) => {
      cells = done
      const last = cells.at(-1)
      if (last) console.error(`${cells.length} of ${planned}: ${whereOf(last.interruption)}: ${last.outcome}`)
      await save(resultOf(), gridTable(resultOf()))
    })
    conclude(gridTable(resultOf()))
  })
  const whole = cells.length === planned
  return whole && cells.every(({ outcome }) => outcome !== 'failed') ? exitCodes.pass : exitCodes.fail
}

async function chosenSteps({ steps, out }: GridOptions): Promise<readonly string[]> {
  const all = (await stepsOf({ recovery: { id: 'library', options: defaultOptions }, runDir: out })).map(({ id }) => id)
  if (steps === undefined) return all
  const chosen = steps.split(',').map((step) => step.trim())
  const unknown = chosen.find((step) => !all.includes(step))
  if (unknown !== undefined) throw new UsageError(`no step is called "${unknown}"`, `one of ${all.join(', ')}`)
  return chosen
}

await runProgram('grid', program)
