import type { Connection } from './probe-path.ts'

/** What became of one planned sample. The numbers are the file format: never renumber. */
export const outcomes = { ok: 0, failed: 1, unmeasured: 2 } as const
export type Outcome = (typeof outcomes)[keyof typeof outcomes]

/** A prober that runs this much later than it asked for stood still. */
export const stallMs = 50

/**
 * The samples of one path, in the order of the grid. Sample i was planned at `startMs + seq[i] * intervalMs` on the
 * run's clock. Pairs with the files in samples/, see harness/probe/prober/sample-file.ts.
 */
export interface ProbeSeries {
  readonly id: string
  readonly title: string
  /** The literal address, for example `http://10.244.1.3:8080/`. */
  readonly target: string
  readonly connection?: Connection
  readonly intervalMs: number
  readonly deadlineMs: number
  /** When sample 0 was planned, milliseconds since the run began. */
  readonly startMs: number
  /** Until when samples were planned; the ones missing between are unmeasured. */
  readonly endMs: number
  readonly seq: Uint32Array
  /** How late the sample was sent. */
  readonly lagMs: Float32Array
  /** From the planned time to the complete answer or the failure. */
  readonly latencyMs: Float32Array
  /** Values of `outcomes`. */
  readonly outcome: Uint8Array
  /** Index into `errors`; 0 is `none`. */
  readonly error: Uint8Array
  /** Index into `backends`; 0 is `none`. */
  readonly backend: Uint8Array
  readonly errors: readonly string[]
  /** `pod boot-nonce` of every process that answered. */
  readonly backends: readonly string[]
}
