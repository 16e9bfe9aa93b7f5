import type { RecoveryOptions } from '../../lib/engine/options.ts'
import type { PlannedStep } from '../../lib/engine/step.ts'
import type { CpuPressure } from '../host/cpu-pressure.ts'
import type { CpuReading } from '../host/cpu-seconds.ts'
import type { SpeedMeasurement } from '../host/host-speed.ts'
import type { CrashPoint } from '../recovery/crash-point.ts'
import type { CalibrationRoundId } from '../model/calibration-plan.ts'
import type { Cluster, Topology } from '../model/cluster.ts'
import type { DrillContext } from '../model/context.ts'
import type { Journal } from '../model/journal.ts'
import type { OwnWorkload } from '../model/own-workload.ts'
import type { Scenario } from '../model/scenario.ts'
import type { RunRecord } from '../model/run-record.ts'

export type KeepPolicy = 'never' | 'on-failure' | 'always'

/** What one call of `drill run` is to do: plain data, decided before anything is touched. */
export interface DrillPlan {
  readonly id: string
  readonly clusterName: string
  readonly scenario: Scenario
  readonly topology: Topology
  readonly argv: readonly string[]
  readonly keep: KeepPolicy
  readonly runDir: string
  readonly startedAt: Date
  /** Who repairs: `library`, `article`, or the path of a command of the user's; undefined where nothing is repaired. */
  readonly recovery?: { readonly id: string; readonly options: RecoveryOptions }
  /** Path of the kubeadm configuration that the operator kept; without it the repair finds the configuration itself. */
  readonly kubeadmConfigPath?: string
  /** Path of a kubeadm patch (kind's kubeadmConfigPatches) that makes the cluster look like the user's. */
  readonly kubeadmPatchPath?: string
  /** What runs beside the workload of every drill: names and directories, with commas; and their content. */
  readonly ownWorkload?: { readonly directory: string; readonly content: OwnWorkload }
  /** The image of the second prober, where one shall sample beside the first. */
  readonly secondProberImage?: string
  /** Where the repair is killed (SIGKILL) before it is run again. */
  readonly crashPoint?: CrashPoint
  /** The repair is planned and shown, not run. */
  readonly planOnly?: true
  readonly durations: Durations
}

/** How long a drill stays in its quiet phases. */
export interface Durations {
  /** Probing before the fault. */
  readonly baselineMs: number
  /** After the repair: the node monitor's grace of 50 s, the canary's toleration of 30 s, and a margin. */
  readonly evictionWindowMs: number
  /** Where nothing was repaired: how long the damage is watched. */
  readonly watchMs: number
}

/** Something to undo. Undoing is idempotent and takes no signal: a teardown has its own clock. */
export type Undo = () => Promise<void>

export interface RunningProbes {
  /** Drains what is in flight and leaves the sample files complete. */
  stop(): Promise<void>
  /** Calibrates them and stores the evidence. What fails is on the journal: the run is unknown then, and goes on. */
  calibrate(round: CalibrationRoundId): Promise<void>
  /** Of the probers, as this host numbers them. */
  readonly processIds: readonly number[]
  /** Until then every path must be probed, or a failure as rare as the budget allows could hide; in ms since the start of the drill. */
  readonly enoughAtMs: number
}

/** A cluster that a drill has made or taken over. */
export interface MadeCluster {
  readonly plan: DrillPlan
  readonly cluster: Cluster
}

/** All that the engine needs of the world; the engine test gives fakes. */
export interface DrillEnvironment {
  /** Rejects with PreflightError before anything is created. */
  preflight(plan: Pick<DrillPlan, 'topology' | 'secondProberImage'>): Promise<void>
  /** Facts about this host and these images for the record. */
  environment(plan: DrillPlan): Promise<Pick<RunRecord, 'versions' | 'images' | 'host' | 'git'>>
  /** Times a fixed piece of work once a second until the signal says otherwise. */
  measureHostSpeed(until: AbortSignal): Promise<SpeedMeasurement>
  /** Samples how short of processor time the host is, on the run's clock, and gives what ends that. */
  watchCpuPressure(nowMs: () => number): () => CpuPressure
  /** The processor time used so far by the machines, by what drill started, and by everybody. */
  readCpu(context: DrillContext, probes: RunningProbes): Promise<CpuReading>
  /** Registered before createCluster is called. */
  deleteCluster(plan: DrillPlan): Promise<void>
  keepCluster(plan: DrillPlan): Promise<void>
  createCluster(plan: DrillPlan, journal: Journal, signal: AbortSignal): Promise<Cluster>
  /** Makes the cluster of an earlier drill ready for this one, instead of creating one. */
  takeOverCluster(before: MadeCluster, plan: DrillPlan, journal: Journal, signal: AbortSignal): Promise<Cluster>
  /** Whether the cluster of a drill that has passed goes to the next drill, and so is not deleted. Undefined: never. */
  handsOn?(plan: DrillPlan): boolean
  context(plan: DrillPlan, cluster: Cluster, journal: Journal, signal: AbortSignal): DrillContext
  /** Brings up the workload and starts the probers on it. */
  startProbes(plan: DrillPlan, context: DrillContext, registerUndo: (undo: Undo) => void): Promise<RunningProbes>
  /** The kubeadm configuration that the repair gets; undefined where it must find its own. */
  kubeadmConfig(plan: DrillPlan, context: DrillContext): Promise<string | undefined>
  /** What the repair would do now, machine by machine; changes nothing. */
  planRepair(plan: DrillPlan, context: DrillContext, kubeadmConfig?: string): Promise<readonly PlannedStep[]>
  /** Repairs, in a process that can be killed, with the milestone `recovery-started` when it begins; rejects with what the repair failed with. `onVerified`: when it takes the cluster for whole. */
  repair(plan: DrillPlan, context: DrillContext, kubeadmConfig?: string, onVerified?: () => void): Promise<void>
  /** Waits, bounded by the budget, until the cluster itself says that it is whole again. Rejects when it does not. */
  recovered(context: DrillContext, sinceMs: number, timeoutMs: number): Promise<void>
  collectLogs(plan: DrillPlan): Promise<readonly string[]>
}
