import { Command, Option } from 'commander'
import { defaultOptions } from '../../../lib/index.ts'
import { exitCodes, UsageError } from '../../model/errors.ts'
import { killCasesOf, type KillMatrixResult } from './matrix-result.ts'
import { killMatrixTable } from './matrix-table.ts'
import { runKillMatrix } from './run-matrix.ts'
import { whereOf, type CrashPoint } from '../../recovery/crash-point.ts'
import { stepsOf } from '../../recovery/registry.ts'
import { addTopologyOptions } from '../../cli/topology-options.ts'
import { addCommonOptions, runProgram, runExperiment, type ExperimentOptions } from '../repeat.ts'

interface KillMatrixOptions extends ExperimentOptions {
  readonly steps?: string
  readonly kill: 'both' | CrashPoint['when']
}

const defaults = { controlPlanes: 2, workers: 1 }

const program = new Command('npm run kill-matrix --').description(
  'kills the repair (SIGKILL) after every step and in the middle of every step, each time after a new loss, and runs it again: it must converge, and replace no CA that a machine already uses',
)
addTopologyOptions(program, defaults)
  .option('--steps <a,b>', 'only these steps; default: all')
  .addOption(
    new Option('--kill <when>', 'after the steps, in them, or both').choices(['both', 'after', 'in']).default('both'),
  )
addCommonOptions(program, 'kill-matrix')
  .addHelpText(
    'after',
    `
All on one cluster, about 1.5 minutes a kill; kill-matrix.json and kill-matrix.md are written after each.
Exit codes: 0 all converged, 1 one did not, 3 harness error, 64 usage, 130 interrupted

Examples:
  npm run kill-matrix
  npm run kill-matrix -- --masters 1 --steps start-etcd,restart-kubelets`,
  )
  .exitOverride()
  .action(async (options: KillMatrixOptions) => {
    process.exitCode = await killMatrix(options)
  })

async function killMatrix(options: KillMatrixOptions): Promise<number> {
  const crashPoints = killCasesOf(
    await chosenSteps(options),
    options.kill === 'both' ? ['after', 'in'] : [options.kill],
  )
  const planned = crashPoints.length
  let cases: KillMatrixResult['cases'] = []
  await runExperiment(
    'kill-matrix',
    options,
    defaults,
    async ({ experiment, startedAt, environment, save, conclude }) => {
      const { topology, runDir } = experiment
      const resultOf = (): KillMatrixResult => ({ startedAt, topology, planned, environment, cases })
      console.error(
        `${planned} kills on ${topology.controlPlanes} control plane(s) and ${topology.workers} worker(s)  ${runDir}`,
      )
      await runKillMatrix(experiment, crashPoints, async (done) => {
        cases = done
        const last = cases.at(-1)
        if (last) console.error(`${cases.length} of ${planned}: ${whereOf(last.crashPoint)}: ${last.outcome}`)
        await save(resultOf(), killMatrixTable(resultOf()))
      })
      conclude(killMatrixTable(resultOf()))
    },
  )
  const whole = cases.length === planned
  return whole && cases.every(({ outcome }) => outcome !== 'failed') ? exitCodes.pass : exitCodes.fail
}

async function chosenSteps({ steps, out }: KillMatrixOptions): Promise<readonly string[]> {
  const all = stepsOf({ recovery: { id: 'library', options: defaultOptions }, runDir: out }).map(({ id }) => id)
  if (steps === undefined) return all
  const chosen = steps.split(',').map((step) => step.trim())
  const unknown = chosen.find((step) => !all.includes(step))
  if (unknown !== undefined) throw new UsageError(`no step is called "${unknown}"`, `one of ${all.join(', ')}`)
  return chosen
}

await runProgram('kill-matrix', program)
