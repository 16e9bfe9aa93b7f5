import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Command, CommanderError } from 'commander'
import type { Experiment } from './experiment-cluster.ts'
import { environmentOf } from '../host/environment-facts.ts'
import { kindEnvironment } from '../run/kind-environment.ts'
import { explain, UsageError } from '../model/errors.ts'
import { redactedJson } from '../store/redact.ts'
import { chosenImages } from '../host/setup/chosen-images.ts'
import { commandExitCode } from '../cli/exit-code.ts'
import { openConsole } from '../cli/console.ts'
import { topologyOf, type TopologyOptions } from '../cli/topology-options.ts'
import { ignoreEpipe } from '../cli/ignore-epipe.ts'
import { onInterrupt } from '../host/process/interrupts.ts'
import type { Topology } from '../model/cluster.ts'
import { type Scenario, supportsTopology } from '../model/scenario.ts'
import { findScenario } from '../cli/find-scenario.ts'

/** What `npm run benchmark` and `npm run kill-matrix` have in common: they lose clusters many times, and write a table. */
export interface ExperimentOptions extends TopologyOptions {
  readonly scenario: string
  readonly out: string
  readonly nodeImage?: string
  readonly parallel?: true
  readonly verbose?: true
}

/** @param kind the end of the run directory's name */
export function addCommonOptions(program: Command, kind: string): Command {
  return program
    .option('--scenario <id>', 'what is lost each time: one of drill list', 'lost-pki')
    .option('--node-image <ref>', 'a node image; default: what setup chose')
    .option('--out <dir>', `where the run directory <utc>-${kind} goes`, 'runs')
    .option('--parallel', 'allow another drill on this engine at the same time; the measurements suffer')
    .option('-v, --verbose', 'also the commands run on the nodes')
}

/** What such a program begins with. */
export interface Losses {
  readonly experiment: Experiment
  readonly startedAt: string
  /** Versions, images, host and commit. */
  readonly environment: Awaited<ReturnType<typeof environmentOf>>
  /** Writes `<kind>.json` and `<kind>.md`. */
  readonly save: (result: object, table: string) => Promise<void>
  /** Prints the table, and where the rest is. */
  readonly conclude: (table: string) => void
}

/**
 * Gives `work` ports, a run directory and a console. An interruption is told as such, whatever it made fail; what is not
 * reported to `save` by then is lost. Rejects with PreflightError before anything is created.
 */
export async function runExperiment(
  kind: string,
  options: ExperimentOptions,
  defaults: Topology,
  work: (losses: Losses) => Promise<void>,
): Promise<void> {
  const { nodeImage, parallel, verbose, out } = options
  const topology = topologyOf(options, defaults)
  const scenario = scenarioToRepeat(options.scenario, topology)
  const images = await chosenImages(nodeImage === undefined ? {} : { nodeImage })
  const ports = kindEnvironment({ images, parallel: parallel ?? false })
  await ports.preflight({ topology })
  const startedAt = new Date().toISOString()
  const runDir = join(resolve(out), `${startedAt.replace(/\.\d+Z$/, 'Z').replaceAll(/[-:]/g, '')}-${kind}`)
  await mkdir(runDir, { recursive: true })
  const environment = await environmentOf(images)
  const output = openConsole({ json: false, verbose: verbose ?? false })
  using interrupt = onInterrupt()
  const { signal } = interrupt
  try {
    await work({
      experiment: { ports, scenario, topology, runDir, onEvent: output.event, signal },
      startedAt,
      environment,
      async save(result, table) {
        await writeFile(join(runDir, `${kind}.json`), `${redactedJson(result, 2)}\n`)
        await writeFile(join(runDir, `${kind}.md`), table)
      },
      conclude: (table) => console.log(`\n${table}\n${join(runDir, `${kind}.json`)}`),
    })
  } catch (error) {
    throw signal.aborted ? signal.reason : error
  } finally {
    output.close()
  }
}

/** Throws UsageError for a scenario that destroys nothing, repairs nothing, or does not fit the topology. */
function scenarioToRepeat(id: string, topology: Topology): Scenario {
  const scenario = findScenario(id)
  if (scenario.losses.length === 0 || scenario.recovery === undefined)
    throw new UsageError(`nothing is repaired in ${id}`, 'drill list shows the scenarios')
  const supported = supportsTopology(scenario, topology)
  if (!supported.ok) throw new UsageError(`${id} does not fit this topology: ${supported.reason}`)
  return scenario
}

/** Runs such a program with this process's arguments, and sets its exit code. */
export async function runProgram(kind: string, program: Command): Promise<void> {
  ignoreEpipe()
  try {
    await program.parseAsync()
  } catch (error) {
    if (!(error instanceof CommanderError)) console.error(`${kind}: ${explain(error)}`)
    process.exitCode = commandExitCode(error)
  }
}
