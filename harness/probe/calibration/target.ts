import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { TargetFault } from '../../model/calibration-plan.ts'
import type { Answer } from '../../workload/answer.ts'

const host = '127.0.0.1'

/**
 * Below the ephemeral ports (32768 on) and NodePorts (30000 on). While nothing listens on an ephemeral port, a connection to it may
 * get that very port as its own, and so be connected to itself.
 */
const ports = { from: 20_000, to: 30_000 } as const
const portsTried = 50

/** Longer than any pause between two rounds of probing. */
const keepAliveMs = 75_000

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
  const held: ServerResponse[] = []
  let fault: TargetFault | undefined
  let count = 0
  const answer = (response: ServerResponse): void => {
    const text = JSON.stringify({ pod: 'calibration', nonce: 'target', count: ++count } satisfies Answer)
    response.writeHead(200, { 'content-length': text.length }).end(text)
  }
  const behaviours: Readonly<Record<TargetFault, (response: ServerResponse) => void>> = {
    refuse: ({ socket }) => socket?.resetAndDestroy(),
    reset: ({ socket }) => socket?.resetAndDestroy(),
    drop: () => undefined,
    freeze: (response) => void held.push(response),
    'wrong-body': (response) => void response.end('{"hello":1}'),
    'cut-body': (response) =>
      response
        .writeHead(200, { 'content-length': 50 })
        .write('{"pod":"calibration"', () => response.socket?.resetAndDestroy()),
    latency: (response) => void setTimeout(answer, deadlineMs + 100, response),
  }
  const open = async (port: number): Promise<Server> => {
    const server = createServer((_, response) => (fault ? behaviours[fault](response) : answer(response)))
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
  const { server: first, port } = await onFreePort(open)
  let server = first
  return {
    port,
    async begin(next) {
      fault = next
      if (fault === 'refuse') server.close()
      if (fault === 'refuse' || fault === 'reset') resetAll()
    },
    async end() {
      if (fault === 'refuse') server = await open(port)
      fault = undefined
      for (const response of held.splice(0)) answer(response)
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
