import { access, constants } from 'node:fs/promises'
import { join } from 'node:path'
import { styleText } from 'node:util'
import { readKubeadmPatch } from '../cluster/kubeadm-patch.ts'
import { scenarioFor } from '../run/checks-for.ts'
import { evictionWindowMs } from './eviction-window-option.ts'
import { durationsWith } from '../run/durations.ts'
import type { DrillPlan, DrillEnvironment, KeepPolicy } from '../run/environment-port.ts'
import { reportPath } from '../run/judge-run.ts'
import { kindEnvironment } from '../run/kind-environment.ts'
import { runDrill } from '../run/run-drill.ts'
import { runSeries, type WantedDrill } from './run-series.ts'
import { writeReports } from './write-reports.ts'
import { UsageError } from '../model/errors.ts'
import { type Scenario, supportsTopology } from '../model/scenario.ts'
import type { Topology } from '../model/cluster.ts'
import { openJournal } from '../store/journal.ts'
import { crashPointOf, whereOf, type CrashPointFlags } from '../recovery/crash-point.ts'
import { secondProberImageRef } from '../probe/second-prober/image.ts'
import { recoveryId, stepsOf } from '../recovery/registry.ts'
import type { RunRecord } from '../model/run-record.ts'
import { onInterrupt } from '../host/process/interrupts.ts'
import { chosenImages } from '../host/setup/chosen-images.ts'
import { withBudgets } from './budget-option.ts'
import { openConsole } from './console.ts'
import { type ChosenWorkloads, chosenWorkloads } from './chosen-workloads.ts'
import { findScenario } from './find-scenario.ts'
import { controlOf } from '../store/control-run.ts'
import { recoveryOptionsOf, type RecoveryFlags } from './recovery-options.ts'
import { defaultTopology, topologyOf, type TopologyOptions } from './topology-options.ts'
import { planLines, verdictLines } from './render.ts'

export interface RunOptions extends RecoveryFlags, CrashPointFlags, TopologyOptions {
  readonly nodeImage?: string
  readonly kubeadmConfig?: string
  readonly kubeadmPatch?: string
  /** Names of built-in ones, or directories. */
  readonly workload?: readonly string[]
  /** Default: the scenario's. */
  readonly recovery?: string
  /** Seconds by milestone. */
  readonly budget?: Readonly<Record<string, number>>
  readonly planOnly?: true
  readonly secondProber?: true
  readonly evictionWindow: string
  readonly keep: KeepPolicy
  readonly control?: string
  readonly out: string
  readonly parallel?: true
  readonly json?: true
  readonly verbose?: true
}

/**
 * Runs `drill run` and resolves with its exit code: of several scenarios the worst. They run one after another, on one cluster as
 * far as each leaves it whole. Rejects with UsageError or PreflightError before it creates anything.
 */
export async function runScenarios(ids: readonly string[], options: RunOptions): Promise<number> {
  const topology = topologyOf(options, defaultTopology)
  const scenarios = ids.map((id) => withBudgets(findScenario(id), options.budget))
  for (const scenario of scenarios) mustSupport(scenario, topology)
  await mustBeUsable(options)
  // Fails here, and not when the drill is over and its reports are due.
  for (const scenario of scenarios) await controlOf(options.out, { id: '', scenario, topology }, options.control)
  const images = await chosenImages(options.nodeImage === undefined ? {} : { nodeImage: options.nodeImage })
  const own = await chosenWorkloads(options.workload ?? [], images.workload)
  mustCarry(own, topology)
  const given = {
    ...(own ? { ownWorkload: { directory: own.names, content: own.content } } : {}),
    ...(options.secondProber ? { secondProberImage: await secondProberImageRef() } : {}),
  }
  const wanted = await Promise.all(scenarios.map((scenario) => wantedDrill(scenario, topology, options, given)))
  const ports = kindEnvironment({
    images: { ...images, further: own?.images ?? {} },
    parallel: options.parallel ?? false,
  })
  // Fails here before a run directory exists; the run repeats the preflight as its first phase.
  await ports.preflight({ topology, ...given })
  // What a patch or a workload of the user's leaves on a cluster is not known.
  const mayShare = options.kubeadmPatch === undefined && own === undefined
  return runSeries(wanted, ports, mayShare, (plan, environment) => drillOnce(plan, environment, options))
}

/** All that is decided about a drill before its run directory exists. */
async function wantedDrill(
  scenario: Scenario,
  topology: Topology,
  options: RunOptions,
  given: Pick<DrillPlan, 'ownWorkload' | 'secondProberImage'>,
): Promise<WantedDrill> {
  const recovery = await chosenRecovery(scenario, options)
  const mode = await runModeOf(scenario, recovery, options)
  return {
    out: options.out,
    scenario: scenarioFor(
      scenario,
      {
        ...mode,
        crashPoint: mode.crashPoint && whereOf(mode.crashPoint),
        secondProber: options.secondProber,
        workload: given.ownWorkload?.directory,
      },
      given.ownWorkload?.content.hold,
    ),
    topology,
    argv: process.argv.slice(2),
    keep: options.keep,
    durations: durationsWith(evictionWindowMs(options.evictionWindow)),
    ...(recovery === undefined ? {} : { recovery: { id: recovery, options: recoveryOptionsOf(options) } }),
    ...(options.kubeadmConfig === undefined ? {} : { kubeadmConfigPath: options.kubeadmConfig }),
    ...(options.kubeadmPatch === undefined ? {} : { kubeadmPatchPath: options.kubeadmPatch }),
    ...given,
    ...mode,
  }
}

/** Runs a drill and prints its result. */
async function drillOnce(plan: DrillPlan, ports: DrillEnvironment, options: RunOptions): Promise<RunRecord> {
  const record = await watched(plan, ports, options)
  if (!options.json) for (const line of resultLines(plan, record)) console.log(line)
  return record
}

/** The database has its standby on the other worker. */
function mustCarry(own: ChosenWorkloads | undefined, { workers }: Topology): void {
  if (workers >= 2 || !own?.names.split(',').includes('database')) return
  throw new UsageError(`the workload database does not fit on ${workers} worker`, 'give --workers 2')
}

/** The recovery of `--recovery`, else of the scenario; undefined where the scenario has none. */
async function chosenRecovery({ id, recovery }: Scenario, options: RunOptions): Promise<string | undefined> {
  if (recovery !== undefined) return recoveryId(options.recovery ?? recovery)
  if (options.recovery === undefined) return undefined
  throw new UsageError(`${id} has no repair`, 'omit --recovery')
}

/** How the repair runs: to completion, killed and restarted, or only planned. */
async function runModeOf(
  { id }: Scenario,
  recovery: string | undefined,
  options: RunOptions,
): Promise<Pick<DrillPlan, 'crashPoint' | 'planOnly'>> {
  const { interruptAfter, interruptIn, planOnly } = options
  if (recovery === undefined) {
    if ((interruptAfter ?? interruptIn ?? planOnly) === undefined) return {}
    throw new UsageError(`${id} has no repair`, 'omit --interrupt-after, --interrupt-in and --plan-only')
  }
  const steps = stepsOf({ recovery: { id: recovery, options: recoveryOptionsOf(options) }, runDir: options.out })
  const crashPoint = crashPointOf(options, steps)
  return { ...(crashPoint ? { crashPoint } : {}), ...(planOnly ? { planOnly } : {}) }
}

/** Runs the drill with console and signal handling, and writes its reports. */
async function watched(plan: DrillPlan, ports: DrillEnvironment, options: RunOptions): Promise<RunRecord> {
  const output = openConsole({ json: options.json ?? false, verbose: options.verbose ?? false })
  using journal = openJournal(join(plan.runDir, 'journal.jsonl'), output.event)
  using interrupt = onInterrupt({ onRepeat: () => void journal.append({ type: 'interrupt.repeated' }) })
  try {
    const { id, runDir, clusterName, topology } = plan
    journal.append({
      type: 'run.planned',
      id,
      scenario: plan.scenario.id,
      title: plan.scenario.title,
      ...topology,
      runDir,
      cluster: clusterName,
    })
    const record = await runDrill(plan, ports, journal, interrupt.signal)
    await writeReports(plan.runDir, options.control)
    return record
  } finally {
    output.close()
  }
}

function resultLines({ runDir, clusterName, planOnly }: DrillPlan, record: RunRecord): readonly string[] {
  return [
    ...(planOnly ? ['', ...planLines(record.plan)] : []),
    '',
    ...verdictLines(record),
    ...(record.error
      ? [styleText('red', `ended early in phase ${record.error.phase}: ${record.error.chain.join(' <- ')}`)]
      : []),
    ...record.teardownErrors.map((problem) => styleText('red', `left behind: ${problem}`)),
    '',
    reportPath(runDir),
    ...(record.cluster?.kept
      ? [
          `kept cluster ${clusterName}`,
          `  shell   docker exec -it ${clusterName}-control-plane bash`,
          `  delete  npx --no-install drill gc --cluster ${clusterName}`,
        ]
      : []),
  ]
}

function mustSupport(scenario: Scenario, topology: Topology): void {
  const supported = supportsTopology(scenario, topology)
  if (supported.ok) return
  const { controlPlanes, workers } = topology
  throw new UsageError(
    `${scenario.id} does not support ${controlPlanes} control planes and ${workers} workers: ${supported.reason}`,
  )
}

/** Reads the files that options name, before anything is created. */
async function mustBeUsable({ kubeadmConfig, kubeadmPatch, kubelets, controllers }: RunOptions): Promise<void> {
  if (kubelets === 'bootstrap' && controllers === 'paused') {
    throw new UsageError(
      "--kubelets bootstrap conflicts with --controllers paused: no controller manager would sign the kubelets' certificates",
      'omit one of them',
    )
  }
  if (kubeadmConfig !== undefined) await mustBeReadable(kubeadmConfig)
  if (kubeadmPatch !== undefined) await readKubeadmPatch(kubeadmPatch)
}

async function mustBeReadable(path: string): Promise<void> {
  await access(path, constants.R_OK).catch((cause: unknown) => {
    throw new UsageError(
      `cannot read the kubeadm configuration ${path}`,
      'pass the file that the cluster was created with',
      { cause },
    )
  })
}
