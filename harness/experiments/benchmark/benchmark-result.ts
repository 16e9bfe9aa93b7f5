import type { Milestone } from '../../model/milestone.ts'
import type { Creation } from '../experiment-cluster.ts'
import type { Measured } from '../series-window.ts'
import type { MachineCommands } from './machine-commands.ts'

/** The two ways that are compared with each other, and with the creation of a cluster. */
export const variants = ['library', 'article-patient'] as const
export type Variant = (typeof variants)[number]

/** One loss and its repair. Times count from the start of the repair. */
export interface Repair extends Measured {
  readonly round: number
  readonly variant: Variant
  /** Those that the repair announced. */
  readonly milestones: readonly Milestone[]
  /** Null where it did not come that far; `error` says why. */
  readonly recoveredMs: number | null
  readonly error: string | null
  /** Processor time of the machines and of the repair's process until recovered; null where it could not be read. */
  readonly cpuSeconds: number | null
  /** Null where the cluster was not recovered. */
  readonly commands: MachineCommands | null
  /** Pods of the workload and of kube-system that are gone; static pods are not counted. Null where the API did not say. */
  readonly podsLost: readonly string[] | null
}

export interface BenchmarkResult {
  readonly startedAt: string
  readonly scenario: string
  readonly topology: { readonly controlPlanes: number; readonly workers: number }
  readonly rounds: number
  /** Versions, images, host and commit. */
  readonly environment: unknown
  readonly creations: readonly Creation[]
  readonly repairs: readonly Repair[]
}
