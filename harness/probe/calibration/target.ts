import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { calibrationPaths, type TargetFault } from '../../model/calibration-plan.ts'
import type { ProbePath } from '../../model/probe-path.ts'
import type { Answer } from '../../workload/answer.ts'
import { streamAnswers, streamPath } from '../../workload/answer-stream.ts'
import { datagramTarget } from './datagram-target.ts'

const host = '127.0.0.1'

/**
 * Below the ephemeral ports (32768 on) and NodePorts (30000 on). While nothing listens on an ephemeral port, a connection to it may
 * get that very port as its own, and so be connected to itself.
 */
const ports = { from: 20_000, to: 30_000 } as const
const portsTried = 50

/** Longer than any pause between two rounds of probing. */
const keepAliveMs = 75_000

/** What its datagrams answer with; an address of documentation, RFC 5737. */
const address = '192.0.2.1'

/** The paths to a target that listens there. */
export function pathsToTarget(port: number): readonly ProbePath[] {
  const url = `http://${host}:${port}`
  const targets = { new: `${url}/`, reused: `${url}/`, stream: `${url}${streamPath}` }
  return calibrationPaths.map((path) =>
    path.connection === 'datagram'
      ? { ...path, target: `dns://${host}:${port}/calibration.drill`, expects: address }
      : { ...path, target: targets[path.connection] },
  )
}

export interface CalibrationTarget {
  readonly port: number
  /** Puts the fault on. What it does is done when this resolves. */
  begin(fault: TargetFault): Promise<void>
  /** Takes it off. */
  end(): Promise<void>
}

/** A server on loopback that answers like the workload, until it is given a fault. `deadlineMs` is the prober's. */
export async function calibrationTarget(deadlineMs: number): Promise<CalibrationTarget> {
  const sockets = new Set<Socket>()
  const held: (() => void)[] = []
  let fault: TargetFault | undefined
  let count = 0
  const lateMs = deadlineMs + 100
  const identity = { pod: 'calibration', nonce: 'target' } as const
  const answer = (response: ServerResponse): void => {
    const text = JSON.stringify({ ...identity, count: ++count } satisfies Answer)
    response.writeHead(200, { 'content-length': text.length }).end(text)
  }
  const behaviours: Readonly<Record<TargetFault, (response: ServerResponse) => void>> = {
    refuse: ({ socket }) => socket?.resetAndDestroy(),
    reset: ({ socket }) => socket?.resetAndDestroy(),
    drop: () => undefined,
    freeze: (response) => void held.push(() => answer(response)),
    'wrong-body': (response) => void response.end('{"hello":1}'),
    'cut-body': (response) =>
      response
        .writeHead(200, { 'content-length': 50 })
        .write('{"pod":"calibration"', () => response.socket?.resetAndDestroy()),
    latency: (response) => void setTimeout(answer, lateMs, response),
  }
  const streamBehaviours: Readonly<Partial<Record<TargetFault, (response: ServerResponse, line: string) => void>>> = {
    refuse: ({ socket }) => socket?.resetAndDestroy(),
    reset: ({ socket }) => socket?.resetAndDestroy(),
    drop: () => undefined,
    freeze: (response, line) => void held.push(() => response.write(line)),
    'wrong-body': (response) => void response.write('{"hello":1}\n'),
    'cut-body': (response, line) =>
      void response.write(line.slice(0, line.length / 2), () => response.socket?.resetAndDestroy()),
  }
  const stream = (response: ServerResponse): void =>
    streamAnswers(response, identity, (line) => {
      const behaviour = fault && streamBehaviours[fault]
      if (behaviour) behaviour(response, line)
      else response.write(line)
    })
  const respond = (path: string | undefined, response: ServerResponse): void => {
    if (path === streamPath) stream(response)
    else if (fault) behaviours[fault](response)
    else answer(response)
  }
  const open = async (port: number): Promise<Server> => {
    const server = createServer(({ url }, response) => respond(url, response))
    server.keepAliveTimeout = keepAliveMs
    server.on('connection', (socket: Socket) => {
      if (fault === 'reset') return void socket.resetAndDestroy()
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
    })
    server.listen({ port, host, exclusive: true })
    await once(server, 'listening')
    return server
  }
  const resetAll = (): void => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  const datagrams = datagramTarget({ host, address, lateMs, fault: () => fault, hold: (send) => void held.push(send) })
  const listening = await onFreePort(async (wanted) => {
    const server = await open(wanted)
    await datagrams.open(wanted).catch((error: unknown) => {
      server.close()
      throw error
    })
    return server
  })
  const { port } = listening
  let { server } = listening
  return {
    port,
    async begin(next) {
      fault = next
      if (fault === 'refuse') {
        server.close()
        datagrams.close()
      }
      if (fault === 'refuse' || fault === 'reset') resetAll()
    },
    async end() {
      if (fault === 'refuse') [server] = await Promise.all([open(port), datagrams.open(port)])
      fault = undefined
      for (const send of held.splice(0)) send()
    },
  }
}

async function onFreePort(
  open: (port: number) => Promise<Server>,
): Promise<{ readonly server: Server; readonly port: number }> {
  for (let tries = 1; ; tries++) {
    const port = randomInt(ports.from, ports.to)
    try {
      return { server: await open(port), port }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || tries === portsTried) throw error
    }
  }
}
