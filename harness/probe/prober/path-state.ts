import type { Connection } from '../../model/probe-path.ts'
import { outcomes } from '../../model/probe-series.ts'
import type { Exchange } from './exchange.ts'
import { inFlight, type InFlight } from './in-flight.ts'
import type { RunClock } from './run-clock.ts'
import { errorIndex } from './sample-format.ts'
import type { Verdict } from './sample-outcome.ts'
import type { SampleWriter } from './sample-writer.ts'
import type { Stalls } from './stalls.ts'

export interface PathProbeOptions {
  readonly exchange: Exchange
  readonly connection: Connection
  readonly intervalMs: number
  readonly deadlineMs: number
  readonly startMs: number
  readonly clock: RunClock
  readonly stalls: Stalls
  readonly writer: SampleWriter
}

/** All that one path remembers between two turns of the loop. */
export interface PathState extends PathProbeOptions {
  readonly inFlight: InFlight
  readonly tally: { sent: number; ok: number; failed: number; unmeasured: number }
  /** The next sample to be sent. */
  next: number
  /** All before it are judged. */
  oldest: number
  lagMaxMs: number
  stopped: boolean
  paused: boolean
  /** By process that answered: the highest number of an answer, and when it was read. */
  readonly counts: Map<string, { readonly count: number; readonly atMs: number }>
  /** A sample has succeeded. */
  connectedOnce: boolean
}

export function pathState(options: PathProbeOptions): PathState {
  return {
    ...options,
    inFlight: inFlight(),
    tally: { sent: 0, ok: 0, failed: 0, unmeasured: 0 },
    next: 0,
    oldest: 0,
    lagMaxMs: 0,
    stopped: false,
    paused: false,
    counts: new Map(),
    connectedOnce: false,
  }
}

/** When a sample is planned, on the run's clock. */
export const plannedAt = ({ startMs, intervalMs }: PathState, seq: number): number => startMs + seq * intervalMs

/** The first sample that is planned from now on and was not planned before. */
export const nextOnGrid = ({ next, startMs, intervalMs, clock }: PathState): number =>
  Math.max(next, Math.ceil((clock() - startMs) / intervalMs))

/** How long ago a sample was planned. */
export const lifeMsOf = (state: PathState, seq: number): number => state.clock() - plannedAt(state, seq)

/** Writes what became of a sample, which ends there. */
export function record(
  state: PathState,
  seq: number,
  { outcome, error }: Verdict,
  { backend = 0, latencyMs = lifeMsOf(state, seq) }: { readonly backend?: number; readonly latencyMs?: number } = {},
): void {
  const { inFlight, tally, writer } = state
  const underWay = inFlight.holds(seq)
  if (outcome === outcomes.ok) tally.ok++
  else if (outcome === outcomes.failed) tally.failed++
  else tally.unmeasured++
  const lagMs = underWay ? inFlight.lagMs(seq) : latencyMs
  writer.add({ seq, lagMs, latencyMs, outcome, error: errorIndex(error), backend })
  if (underWay) inFlight.remove(seq)
}
