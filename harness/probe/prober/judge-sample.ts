import { outcomes } from '../../model/probe-series.ts'
import type { Answer } from '../../workload/answer.ts'
import type { Ended } from './exchange.ts'
import { lifeMsOf, type PathState, plannedAt, record } from './path-state.ts'
import type { ErrorClass } from './sample-format.ts'
import { type Life, type Verdict, verdictOnEnd, verdictOnWaiting } from './sample-outcome.ts'

/** A request has ended. */
export function sampleEnded(state: PathState, seq: number, end: Ended): void {
  const { inFlight, exchange } = state
  const { again } = exchange
  if (!again?.after(end)) {
    judge(state, seq, end)
    return
  }
  // That is a failure; whether another connection works tells a broken one from a target that is gone.
  const judgeAgain = (second: Ended): void =>
    judge(state, seq, second.error === 'none' ? { ...second, error: again.broken } : second)
  inFlight.setAttempt(seq, again.ask(judgeAgain))
}

function judge(state: PathState, seq: number, { error: ended, answer, reused }: Ended): void {
  const error = ended === 'none' && answer && isStale(state, seq, answer) ? 'stale-answer' : ended
  const verdict = verdictOnEnd(error, lifeOf(state, seq))
  const isKept = state.connection === 'reused' || state.connection === 'stream'
  const isNew = verdict.error === 'none' && isKept && !reused
  const noted = isNew ? newConnectionNote(state, seq) : verdict.error
  state.connectedOnce ||= verdict.outcome === outcomes.ok
  const backend = answer ? state.writer.backend(`${answer.pod} ${answer.nonce}`) : 0
  record(state, seq, { ...verdict, error: noted }, { backend })
}

/** A process counts its answers: one to a later question has a higher number, or somebody else gives answers of before. */
function isStale(state: PathState, seq: number, { pod, nonce, count }: Answer): boolean {
  const { counts, inFlight, clock, connection } = state
  if (connection === 'stream') return false
  const process = `${pod} ${nonce}`
  const known = counts.get(process)
  if (known && count <= known.count) return plannedAt(state, seq) + inFlight.lagMs(seq) > known.atMs
  counts.set(process, { count, atMs: clock() })
  return false
}

function newConnectionNote({ inFlight, connection, connectedOnce }: PathState, seq: number): ErrorClass {
  if (connection === 'reused' && inFlight.others(seq) > 0) return 'second-connection'
  return connectedOnce ? 'reconnected' : 'none'
}

/** Judges what waits for longer than the deadline. */
export function judgeOverdue(state: PathState): void {
  const { inFlight, clock, deadlineMs } = state
  const nowMs = clock()
  while (state.oldest < state.next && !inFlight.holds(state.oldest)) state.oldest++
  for (let seq = state.oldest; seq < state.next && plannedAt(state, seq) + deadlineMs <= nowMs; seq++)
    if (inFlight.holds(seq) && inFlight.beginJudging(seq)) judgeLater(state, seq, 3)
}

/** The poll phase runs between the hops, so that what lies in a socket is read before the verdict. */
function judgeLater(state: PathState, seq: number, hops: number): void {
  setImmediate(() => {
    if (!state.inFlight.holds(seq)) return
    if (hops > 1) judgeLater(state, seq, hops - 1)
    else judgeWaiting(state, seq)
  })
}

function judgeWaiting(state: PathState, seq: number): void {
  const { inFlight, exchange } = state
  const waitingFor = inFlight.attempt(seq)
  const verdict = verdictOnWaiting(waitingFor?.waiting() ?? false, lifeOf(state, seq))
  if (!verdict) {
    inFlight.endJudging(seq)
    return
  }
  const wasReused = waitingFor?.reused() ?? false
  waitingFor?.abandon()
  if (verdict.outcome === outcomes.failed && exchange.again) tellSilence(state, seq, verdict, wasReused)
  else record(state, seq, verdict)
}

/** It has failed. Whether another connection works, for as long as a sample may take, tells a stalled one from a target that is gone. */
function tellSilence(state: PathState, seq: number, verdict: Verdict, wasReused: boolean): void {
  const { inFlight, exchange, deadlineMs } = state
  const latencyMs = lifeMsOf(state, seq)
  const stalled = wasReused ? exchange.again?.stalled : undefined
  const tell = (second?: Ended): void => {
    clearTimeout(timer)
    const error = second?.error === 'none' ? (stalled ?? verdict.error) : verdict.error
    record(state, seq, { ...verdict, error }, { latencyMs })
  }
  const second = exchange.again?.ask(tell)
  inFlight.setAttempt(seq, second)
  const timer = setTimeout(() => {
    second?.abandon()
    tell()
  }, deadlineMs)
}

function lifeOf(state: PathState, seq: number): Life {
  const { clock, stalls, deadlineMs } = state
  const nowMs = clock()
  stalls.note(nowMs)
  const fromMs = plannedAt(state, seq)
  return { lifeMs: nowMs - fromMs, stalledMs: stalls.within(fromMs, nowMs), deadlineMs }
}
