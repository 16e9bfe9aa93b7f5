import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { type Answer, parseStreamLine } from '../../workload/answer.ts'
import { classOf } from './attempt.ts'
import type { Attempt, Done, Ended, Exchange } from './exchange.ts'
import { targetOf } from './probe-plan.ts'
import type { RunClock } from './run-clock.ts'
import type { ErrorClass } from './sample-format.ts'

export interface StreamOptions {
  readonly url: string
  /** The pod to be connected to at first; a Service leads to any. */
  readonly expects?: string | undefined
  /** A stream that is silent for longer is given up when it is asked about again. */
  readonly deadlineMs: number
  readonly clock: RunClock
  readonly originNs: bigint
}

interface Stream {
  readonly sending: ClientRequest
  connected: boolean
  lines: number
  /** Of the last line. */
  sentMs: number
  heardMs: number
  text: string
}

interface Waiter {
  readonly plannedMs: number
  readonly done: Done
}

/** A Service of two pods leads to the other one with a probability of 1 − 2⁻³⁰ in so many. */
const mostOpenings = 30
const longestLine = 4096

/**
 * One long stream of numbered lines. A sample is answered by the first line that was sent after it was planned: lines that lay in a
 * socket say nothing of now. A line that is missing or comes twice fails what waits for it, as does the end of the stream, which then
 * is opened anew at once.
 */
export function streamExchange({ url, expects, deadlineMs, clock, originNs }: StreamOptions): Exchange {
  const target = targetOf(url)
  const waiters = new Set<Waiter>()
  let current: Stream | undefined
  let openings = 0
  let arrived = expects === undefined
  /** What went wrong while no sample waited: the next one fails by it. */
  let unclaimed: Ended | undefined

  const settle = (error: ErrorClass, reused: boolean, answer?: Answer, sentMs = Number.POSITIVE_INFINITY): void => {
    const due = [...waiters].filter(({ plannedMs }) => plannedMs <= sentMs)
    const ended: Ended = { error, reused, answered: answer !== undefined, ...(answer ? { answer } : {}) }
    if (due.length === 0 && error !== 'none') unclaimed = ended
    for (const waiter of due) waiters.delete(waiter)
    // Of those that a new stream answers together, one notes it.
    for (const [at, { done }] of due.entries()) done(error === 'none' && at > 0 ? { ...ended, reused: true } : ended)
  }
  const anyBefore = (ms: number): boolean => [...waiters].some(({ plannedMs }) => plannedMs <= ms)
  const close = (stream: Stream | undefined): void => {
    if (stream === current) current = undefined
    stream?.sending.destroy()
  }
  const broke = (stream: Stream, error: ErrorClass): void => {
    if (stream !== current) return
    close(stream)
    settle(stream.text === '' ? error : 'truncated-body', stream.lines > 0)
  }
  const take = (stream: Stream, text: string): void => {
    const line = parseStreamLine(text)
    if (!line) {
      // It stands in the place of one.
      stream.lines++
      settle('wrong-body', stream.lines > 1)
      return
    }
    if (!arrived && line.pod !== expects && openings < mostOpenings) {
      close(stream)
      open()
      return
    }
    arrived = true
    const { lines, sentMs: beforeMs } = stream
    const { sentNs, ...answer } = line
    const sentMs = Number(BigInt(sentNs) - originNs) / 1e6
    stream.lines = line.count
    stream.sentMs = sentMs
    const missing = line.count - lines - 1
    if (missing < 0) {
      settle('repeated-line', lines > 0, answer)
      return
    }
    // Who waited for a line that is missing; who was planned after it is answered by this one.
    const missedMs = sentMs - (sentMs - beforeMs) / (missing + 1)
    if (missing > 0) settle('missing-lines', lines > 0, answer, anyBefore(missedMs) ? missedMs : sentMs)
    settle('none', lines > 0, answer, sentMs)
  }
  const receive = (stream: Stream, response: IncomingMessage): void => {
    if (response.statusCode !== 200) {
      broke(stream, 'http-error')
      return
    }
    response.setEncoding('utf8')
    response.on('data', (chunk: string) => {
      stream.heardMs = clock()
      const [...lines] = (stream.text + chunk).split('\n')
      stream.text = lines.pop() ?? ''
      for (const line of lines) if (stream === current) take(stream, line)
      if (stream.text.length > longestLine) {
        stream.text = ''
        broke(stream, 'wrong-body')
      }
    })
    response.on('error', () => broke(stream, 'reset'))
    response.on('end', () => broke(stream, 'reset'))
  }
  const open = (): void => {
    openings++
    const sending = request({ ...target, agent: false })
    const stream: Stream = { sending, connected: false, lines: 0, sentMs: clock(), heardMs: clock(), text: '' }
    current = stream
    sending.on('socket', (socket) => socket.once('connect', () => (stream.connected = true)))
    sending.on('error', (error) => broke(stream, classOf(error)))
    sending.on('response', (response) => receive(stream, response))
    sending.end()
  }
  const wait = (plannedMs: number, done: Done): Attempt => {
    const waiter = { plannedMs, done }
    if (!current) open()
    const stream = current
    const ended = unclaimed
    unclaimed = undefined
    let over = false
    if (ended) setImmediate(() => over || done(ended))
    else waiters.add(waiter)
    return {
      waiting: () => stream?.connected ?? false,
      reused: () => (stream?.lines ?? 0) > 0,
      abandon() {
        over = true
        waiters.delete(waiter)
      },
    }
  }
  return {
    ask: wait,
    again: {
      ask(done) {
        if (current && clock() - current.heardMs >= deadlineMs) close(current)
        return wait(clock(), done)
      },
      after: ({ error, reused, answered }) => error === 'reset' && reused && !answered,
      broken: 'kept-connection-broken',
      stalled: 'kept-connection-stalled',
    },
  }
}
