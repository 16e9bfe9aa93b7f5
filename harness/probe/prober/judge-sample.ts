import { outcomes } from '../../model/probe-series.ts'
import { attempt, type Ended } from './attempt.ts'
import { type PathState, plannedAt, record } from './path-state.ts'
import type { ErrorClass } from './sample-format.ts'
import { type Life, verdictOnEnd, verdictOnWaiting } from './sample-outcome.ts'

/** A request has ended. */
export function sampleEnded(state: PathState, seq: number, end: Ended): void {
  const { connection, inFlight, target, freshAgent } = state
  const keptConnectionBroke = connection === 'reused' && end.error === 'reset' && end.reused && !end.answered
  if (!keptConnectionBroke) {
    judge(state, seq, end)
    return
  }
  // That is a failure; whether a new connection works tells a broken one from a target that is gone.
  inFlight.setAttempt(
    seq,
    attempt(target, freshAgent, true, (again) =>
      judge(state, seq, again.error === 'none' ? { ...again, error: 'kept-connection-broken' } : again),
    ),
  )
}

function judge(state: PathState, seq: number, { error, answer, reused }: Ended): void {
  const verdict = verdictOnEnd(error, lifeOf(state, seq))
  const isNew = verdict.error === 'none' && state.connection === 'reused' && !reused
  const noted = isNew ? newConnectionNote(state, seq) : verdict.error
  state.connectedOnce ||= verdict.outcome === outcomes.ok
  const backend = answer ? state.writer.backend(`${answer.pod} ${answer.nonce}`) : 0
  record(state, seq, { ...verdict, error: noted }, backend)
}

function newConnectionNote({ inFlight, connectedOnce }: PathState, seq: number): ErrorClass {
  if (inFlight.others(seq) > 0) return 'second-connection'
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
  const { inFlight } = state
  const waitingFor = inFlight.attempt(seq)
  const verdict = verdictOnWaiting(waitingFor?.waiting() ?? false, lifeOf(state, seq))
  inFlight.endJudging(seq)
  if (!verdict) return
  record(state, seq, verdict)
  waitingFor?.abandon()
}

function lifeOf(state: PathState, seq: number): Life {
  const { clock, stalls, deadlineMs } = state
  const nowMs = clock()
  stalls.note(nowMs)
  const fromMs = plannedAt(state, seq)
  return { lifeMs: nowMs - fromMs, stalledMs: stalls.within(fromMs, nowMs), deadlineMs }
}
