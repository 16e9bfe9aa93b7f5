import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http'
import { Agent as TlsAgent, request as tlsRequest } from 'node:https'
import type { Socket } from 'node:net'
import { type Answer, parseAnswer } from '../../workload/answer.ts'
import type { Attempt, Done } from './exchange.ts'
import type { Target } from './probe-plan.ts'
import type { ErrorClass } from './sample-format.ts'

/** An answer is some 60 bytes long. */
const longestBody = 4096

/** Connections are kept one at a time; what was opened besides is closed after use. */
export function probeAgent({ tls }: Pick<Target, 'tls'> = {}): Agent {
  const options = { keepAlive: true, maxFreeSockets: 1, scheduling: 'lifo' } as const
  return tls ? new TlsAgent(options) : new Agent(options)
}

/**
 * Sends one request and calls `done` once, with the answer or with why there is none. With `fresh` the connection is torn down
 * after use; by a reset, because otherwise each would hold a port for a minute.
 */
export function attempt(target: Target, agent: Agent, fresh: boolean, done: Done): Attempt {
  const { status, tls, ...where } = target
  const sending = tls ? tlsRequest({ ...where, agent, rejectUnauthorized: false }) : request({ ...where, agent })
  // Only TCP itself knows a reset.
  const isTcp = tls === undefined && target.socketPath === undefined
  let over = false
  let answered = false
  let sent = false
  const end = (error: ErrorClass, answer?: Answer): void => {
    if (over) return
    over = true
    done({ error, ...(answer ? { answer } : {}), reused: sending.reusedSocket, answered })
    if (fresh || error !== 'none') reset(sending, isTcp)
  }
  sending.on('error', (error: NodeJS.ErrnoException) => end(answered ? 'truncated-body' : classOf(error)))
  sending.on('socket', (socket: Socket) => {
    socket.setNoDelay(true)
    if (socket.connecting) socket.once('connect', () => (sent = true))
    else sent = true
  })
  sending.on('response', (response) => {
    answered = true
    receive(response, status, end)
  })
  sending.end()
  return {
    waiting: () => sent,
    reused: () => sending.reusedSocket,
    abandon() {
      over = true
      reset(sending, isTcp)
    },
  }
}

function receive(
  response: IncomingMessage,
  status: number | undefined,
  end: (error: ErrorClass, answer?: Answer) => void,
): void {
  let body = ''
  response.setEncoding('utf8')
  response.on('data', (chunk: string) => {
    // A body that is not judged may have any length.
    if (status !== undefined) return
    body += chunk
    if (body.length > longestBody) end('wrong-body')
  })
  response.on('error', () => end('truncated-body'))
  response.on('end', () => {
    const answer = parseAnswer(body)
    if (!response.complete) end('truncated-body')
    else if (response.statusCode !== (status ?? 200)) end('http-error')
    else if (status !== undefined) end('none')
    else end(answer ? 'none' : 'wrong-body', answer)
  })
}

function reset(sending: ClientRequest, isTcp: boolean): void {
  const { socket } = sending
  // A connection that is still being made would be reset only once it is there. One that has answered is the agent's again, and is
  // not ended with its request.
  if (socket && !socket.connecting && !socket.destroyed)
    if (isTcp) socket.resetAndDestroy()
    else socket.destroy()
  sending.destroy()
}

const classes: Readonly<Record<string, ErrorClass>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ETIMEDOUT: 'connect-timeout',
  EADDRNOTAVAIL: 'prober-resources',
  EMFILE: 'prober-resources',
  ENFILE: 'prober-resources',
  ENOBUFS: 'prober-resources',
  ENOMEM: 'prober-resources',
}

export const classOf = ({ code = '' }: NodeJS.ErrnoException): ErrorClass =>
  classes[code] ?? (code.startsWith('HPE_') ? 'protocol' : 'other')
