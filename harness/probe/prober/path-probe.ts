import { outcomes } from '../../model/probe-series.ts'
import { type Attempt, attempt, type Ended, probeAgent } from './attempt.ts'
import type { Connection, Target } from './probe-plan.ts'
import type { RunClock } from './run-clock.ts'
import { type ErrorClass, errorIndex } from './sample-format.ts'
import type { SampleWriter } from './sample-writer.ts'
import { type Stalls, tooLateMs } from './stalls.ts'
import { type Life, type Verdict, verdictOnEnd, verdictOnWaiting } from './sample-outcome.ts'

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
  /** When the next sample is planned; never again after `stop`. */
  nextMs(): number
  /** Plans no more; what is under way is still judged. */
  stop(): void
  inFlight(): number
  counters(): Counters
  /** The largest lag since it was last asked. */
  takeLagMaxMs(): number
}

/** Samples that can be under way at once: 5 s at 50 Hz, twice as long as any verdict takes. */
const slots = 256
const nobody = -1

export function pathProbe(options: PathProbeOptions): PathProbe {
  const { target, connection, intervalMs, deadlineMs, startMs, clock, stalls, writer } = options
  const agent = probeAgent()
  const freshAgent = probeAgent()
  // By seq modulo slots: who is under way there, and what is known of it. Kept in arrays, so that nothing grows.
  const owner = new Float64Array(slots).fill(nobody)
  const judging = new Uint8Array(slots)
  const lag = new Float32Array(slots)
  const others = new Uint8Array(slots)
  const attempts = new Array<Attempt | undefined>(slots)
  const tally = { sent: 0, ok: 0, failed: 0, unmeasured: 0 }
  let next = 0
  /** All before it are judged. */
  let oldest = 0
  let inFlight = 0
  let lagMaxMs = 0
  let stopped = false
  let connectedOnce = false
  const plannedMs = (seq: number): number => startMs + seq * intervalMs
  const underWay = (seq: number): boolean => owner[seq % slots] === seq

  const record = (seq: number, { outcome, error }: Verdict, nowMs: number, backend = 0): void => {
    const lagMs = underWay(seq) ? (lag[seq % slots] ?? 0) : nowMs - plannedMs(seq)
    if (outcome === outcomes.ok) tally.ok++
    else if (outcome === outcomes.failed) tally.failed++
    else tally.unmeasured++
    writer.add({ seq, lagMs, latencyMs: nowMs - plannedMs(seq), outcome, error: errorIndex(error), backend })
  }
  const conclude = (seq: number, verdict: Verdict, nowMs: number, backend = 0): void => {
    record(seq, verdict, nowMs, backend)
    owner[seq % slots] = nobody
    attempts[seq % slots] = undefined
    inFlight--
  }
  const lifeOf = (seq: number, nowMs: number): Life => {
    stalls.note(nowMs)
    return { lifeMs: nowMs - plannedMs(seq), stalledMs: stalls.within(plannedMs(seq), nowMs), deadlineMs }
  }

  const ended = (seq: number, end: Ended): void => {
    // A kept connection that breaks is a failure; whether a new one works tells a broken connection from a target that is gone.
    if (keptConnectionBroke(end))
      attempts[seq % slots] = attempt(target, freshAgent, true, (again) => judge(seq, again, true))
    else judge(seq, end, false)
  }
  const keptConnectionBroke = ({ error, reused, answered }: Ended): boolean =>
    connection === 'reused' && error === 'reset' && reused && !answered

  const judge = (seq: number, { error, answer, reused }: Ended, secondTry: boolean): void => {
    const nowMs = clock()
    const verdict = verdictOnEnd(secondTry && error === 'none' ? 'kept-connection-broken' : error, lifeOf(seq, nowMs))
    const noted =
      verdict.error === 'none' && connection === 'reused' && !reused ? newConnectionNote(seq) : verdict.error
    connectedOnce ||= verdict.outcome === outcomes.ok
    const backend = answer ? writer.backend(`${answer.pod} ${answer.nonce}`) : 0
    conclude(seq, { ...verdict, error: noted }, nowMs, backend)
  }
  const newConnectionNote = (seq: number): ErrorClass => {
    if ((others[seq % slots] ?? 0) > 0) return 'second-connection'
    return connectedOnce ? 'reconnected' : 'none'
  }

  const send = (seq: number, lagMs: number): void => {
    const slot = seq % slots
    owner[slot] = seq
    judging[slot] = 0
    lag[slot] = lagMs
    others[slot] = Math.min(inFlight, 255)
    inFlight++
    tally.sent++
    attempts[slot] = attempt(target, agent, connection === 'new', (end) => ended(seq, end))
  }
  const sendDue = (): void => {
    for (; !stopped && plannedMs(next) <= clock(); next++) {
      const nowMs = clock()
      const lagMs = nowMs - plannedMs(next)
      lagMaxMs = Math.max(lagMaxMs, lagMs)
      if (lagMs <= tooLateMs && owner[next % slots] === nobody) send(next, lagMs)
      else record(next, { outcome: outcomes.unmeasured, error: 'not-sent' }, nowMs)
    }
  }

  /** The poll phase runs between the hops, so that what lies in a socket is read before the verdict. */
  const judgeLater = (seq: number, hops: number): void => {
    setImmediate(() => {
      if (!underWay(seq)) return
      if (hops > 1) judgeLater(seq, hops - 1)
      else judgeWaiting(seq)
    })
  }
  const judgeWaiting = (seq: number): void => {
    const nowMs = clock()
    const waitingFor = attempts[seq % slots]
    const verdict = verdictOnWaiting(waitingFor?.waiting() ?? false, lifeOf(seq, nowMs))
    judging[seq % slots] = 0
    if (!verdict) return
    conclude(seq, verdict, nowMs)
    waitingFor?.abandon()
  }
  const judgeOverdue = (): void => {
    const nowMs = clock()
    while (oldest < next && !underWay(oldest)) oldest++
    for (let seq = oldest; seq < next && plannedMs(seq) + deadlineMs <= nowMs; seq++) {
      if (!underWay(seq) || judging[seq % slots] === 1) continue
      judging[seq % slots] = 1
      judgeLater(seq, 3)
    }
  }

  return {
    tick() {
      sendDue()
      judgeOverdue()
    },
    nextMs: () => (stopped ? Number.POSITIVE_INFINITY : plannedMs(next)),
    stop: () => void (stopped = true),
    inFlight: () => inFlight,
    counters: () => ({ planned: next, ...tally }),
    takeLagMaxMs() {
      const taken = lagMaxMs
      lagMaxMs = 0
      return taken
    },
  }
}
