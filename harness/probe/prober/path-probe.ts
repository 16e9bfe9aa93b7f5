import { outcomes } from '../../model/probe-series.ts'
import { judgeOverdue, sampleEnded } from './judge-sample.ts'
import { nextOnGrid, type PathProbeOptions, type PathState, pathState, plannedAt, record } from './path-state.ts'
import { tooLateMs } from './stalls.ts'

export interface Counters {
  readonly planned: number
  readonly sent: number
  readonly ok: number
  readonly failed: number
  readonly unmeasured: number
}

/** Probes one path, driven by a loop that calls `tick` when a sample is due. */
export interface PathProbe {
  /** Sends what is due and judges what is overdue. */
  tick(): void
  /** When the next sample is planned; not while it pauses, and never again after `stop`. */
  nextMs(): number
  /** Plans no more; what is under way is still judged. */
  stop(): void
  /** Leaves samples out, which then are neither sent nor recorded, or goes on with the next on the grid. */
  pause(paused: boolean): void
  inFlight(): number
  counters(): Counters
  /** The largest lag since it was last asked. */
  takeLagMaxMs(): number
}

export function pathProbe(options: PathProbeOptions): PathProbe {
  const state = pathState(options)
  return {
    tick() {
      sendDue(state)
      judgeOverdue(state)
    },
    nextMs: () => (state.stopped || state.paused ? Number.POSITIVE_INFINITY : plannedAt(state, state.next)),
    stop: () => void (state.stopped = true),
    pause(paused) {
      if (state.paused && !paused) state.next = nextOnGrid(state)
      state.paused = paused
    },
    inFlight: () => state.inFlight.count,
    counters: () => ({ planned: state.next, ...state.tally }),
    takeLagMaxMs() {
      const taken = state.lagMaxMs
      state.lagMaxMs = 0
      return taken
    },
  }
}

/** A sample that is late by too much is sent only where none that was planned later is due as well: it would show nothing more. */
function sendDue(state: PathState): void {
  const { clock, inFlight } = state
  for (; !state.stopped && !state.paused && plannedAt(state, state.next) <= clock(); state.next++) {
    const nowMs = clock()
    const lagMs = nowMs - plannedAt(state, state.next)
    state.lagMaxMs = Math.max(state.lagMaxMs, lagMs)
    const useful = lagMs <= tooLateMs || plannedAt(state, state.next + 1) > nowMs
    if (useful && inFlight.free(state.next)) send(state, state.next, lagMs)
    else record(state, state.next, { outcome: outcomes.unmeasured, error: 'not-sent' })
  }
}

function send(state: PathState, seq: number, lagMs: number): void {
  const { inFlight, tally, exchange } = state
  inFlight.add(seq, lagMs)
  tally.sent++
  inFlight.setAttempt(
    seq,
    exchange.ask(plannedAt(state, seq), (end) => sampleEnded(state, seq, end)),
  )
}
