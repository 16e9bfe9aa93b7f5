import type { CrashPoint } from '../../recovery/crash-point.ts'

/** `not-reached`: the step ran no command during which the repair could be killed, so it ran to completion. */
export type Outcome = 'converged' | 'failed' | 'not-reached'

/** One loss, one kill, and the second run of the repair. */
export interface KillCase {
  readonly crashPoint: CrashPoint
  readonly outcome: Outcome
  /** Why it failed, a line each: what did not converge, and every CA that was replaced. */
  readonly failures: readonly string[]
  /** From the second start until the cluster was whole; null where it never was, or the repair was not run again. */
  readonly secondMs: number | null
  /** The CAs and the service-account key that machines used at the kill and use at the end. */
  readonly kept: readonly string[]
  /** Scripts of the killed repair that still ran, and that the second one stopped. */
  readonly orphans: readonly string[]
  /** Pods of the workload and of kube-system that are gone; static pods are not counted. Null where the API did not say. */
  readonly podsLost: readonly string[] | null
  /** Of the others, those of which a container was started again: API clients are, in place. */
  readonly podsRestarted: number | null
  /** Of all paths, from the loss to the end of the case; null while the probers run. */
  readonly failedProbes: number | null
  readonly fromMs: number
  readonly toMs: number
  /** Which cluster of the matrix, from 1: after a failure there is a new one. */
  readonly cluster: number
}

export interface KillMatrixResult {
  readonly startedAt: string
  readonly topology: { readonly controlPlanes: number; readonly workers: number }
  readonly planned: number
  /** Versions, images, host and commit. */
  readonly environment: unknown
  readonly cases: readonly KillCase[]
}

/** The crash points of a matrix: after every step and in the middle of every step. */
export function killCasesOf(steps: readonly string[], whens: readonly CrashPoint['when'][]): readonly CrashPoint[] {
  return steps.flatMap((step) => whens.map((when) => ({ when, step, command: 1 })))
}
