import { availableParallelism, loadavg } from 'node:os'
import { Command, Option } from 'commander'
import { parseInteger } from '../../cli/topology-options.ts'
import { onInterrupt } from '../../host/process/interrupts.ts'
import { duration, percent } from '../../model/format.ts'
import { exitCodes } from '../../model/errors.ts'
import { runProgram } from '../repeat.ts'
import { matrixTable } from './matrix-table.ts'
import { type Matrix, matrixMs, runMatrix } from './run-matrix.ts'

interface Options {
  readonly repetitions: number
  readonly json?: true
}

/** Of a drill. */
const grid = { intervalMs: 20, deadlineMs: 250 } as const

const program = new Command('npm run calibrate --')
  .description(
    'measures the prober on this machine, without a cluster: faults of known lengths on a target beside it, as it sees them',
  )
  .addOption(
    new Option('--repetitions <n>', 'of each fault and length')
      .default(10)
      .argParser(parseInteger('--repetitions', 1, 200)),
  )
  .option('--json', 'print every pulse as JSON, and no table')
  .addHelpText(
    'after',
    '\nExits with 2 when a pulse was measured wrong, or a fault was never seen.\n\nExamples:\n  npm run calibrate\n  npm run calibrate -- --repetitions 2\n  npm run --silent calibrate -- --json > calibration.json',
  )
  .exitOverride()
  .action(async ({ repetitions, json }: Options) => {
    const options = { repetitions, ...grid }
    if (!json) console.error(`takes up to ${duration(matrixMs(options))}`)
    using interrupt = onInterrupt()
    const matrix = await runMatrix({ ...options, signal: interrupt.signal })
    if (json) console.log(JSON.stringify({ ...grid, ...matrix }, null, 1))
    else console.log(`${matrixTable(matrix)}\n\n${conditions(matrix)}`)
    if (matrix.calibration.calibratedMs === null) process.exitCode = exitCodes.unknown
  })

function conditions({ prober, calibration: { pulses, calibratedMs } }: Matrix): string {
  const wrong = pulses.filter(({ verdict }) => verdict === 'wrong')
  return [
    calibratedMs === null ? 'not calibrated' : `every fault of ${duration(calibratedMs)} or longer is seen`,
    `a sample each ${grid.intervalMs} ms, deadline ${grid.deadlineMs} ms`,
    `${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}`,
    `prober: ${prober.scheduling}, ${percent(prober.cpuMs / prober.wallMs)} of one core, held up ${prober.stalls} times for ${duration(prober.stalledMs)} in all`,
    ...wrong.map(
      ({ fault, path, truth, reason }) => `wrong: ${fault} of ${duration(truth.upperMs)} on ${path}: ${reason}`,
    ),
  ].join('\n')
}

await runProgram('calibrate', program)
