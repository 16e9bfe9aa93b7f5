import type { Agent } from 'node:http'
import type { Connection } from '../../model/probe-path.ts'
import { outcomes } from '../../model/probe-series.ts'
import { probeAgent } from './attempt.ts'
import { inFlight, type InFlight } from './in-flight.ts'
import type { Target } from './probe-plan.ts'
import type { RunClock } from './run-clock.ts'
import { errorIndex } from './sample-format.ts'
import type { Verdict } from './sample-outcome.ts'
import type { SampleWriter } from './sample-writer.ts'
import type { Stalls } from './stalls.ts'

export interface PathProbeOptions {
  readonly target: Target
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
  /** Keeps one connection, for paths that reuse theirs. */
  readonly agent: Agent
  readonly freshAgent: Agent
  readonly inFlight: InFlight
  readonly tally: { sent: number; ok: number; failed: number; unmeasured: number }
  /** The next sample to be sent. */
  next: number
  /** All before it are judged. */
  oldest: number
  lagMaxMs: number
  stopped: boolean
  paused: boolean
  /** A sample has succeeded. */
  connectedOnce: boolean
}

export function pathState(options: PathProbeOptions): PathState {
  return {
    ...options,
    agent: probeAgent(),
    freshAgent: probeAgent(),
    inFlight: inFlight(),
    tally: { sent: 0, ok: 0, failed: 0, unmeasured: 0 },
    next: 0,
    oldest: 0,
    lagMaxMs: 0,
    stopped: false,
    paused: false,
    connectedOnce: false,
  }
}

/** When a sample is planned, on the run's clock. */
export const plannedAt = ({ startMs, intervalMs }: PathState, seq: number): number => startMs + seq * intervalMs

/** The first sample that is planned from now on and was not planned before. */
export const nextOnGrid = ({ next, startMs, intervalMs, clock }: PathState): number =>
  Math.max(next, Math.ceil((clock() - startMs) / intervalMs))

/** Writes what became of a sample, which ends there. */
export function record(state: PathState, seq: number, { outcome, error }: Verdict, backend = 0): void {
  const { inFlight, tally, writer, clock } = state
  const latencyMs = clock() - plannedAt(state, seq)
  const underWay = inFlight.holds(seq)
  if (outcome === outcomes.ok) tally.ok++
  else if (outcome === outcomes.failed) tally.failed++
  else tally.unmeasured++
  const lagMs = underWay ? inFlight.lagMs(seq) : latencyMs
  writer.add({ seq, lagMs, latencyMs, outcome, error: errorIndex(error), backend })
  if (underWay) inFlight.remove(seq)
}
