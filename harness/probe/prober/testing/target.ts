import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** What a target does with a request. It gets the response and must see to the rest itself. */
export type Behaviour = (response: ServerResponse) => void

let count = 0
export const answer: Behaviour = (response) => {
  const body = `{"pod":"p","nonce":"n","count":${++count}}`
  response.writeHead(200, { 'content-length': body.length }).end(body)
}

export interface Target {
  readonly url: string
  /** Every connection that was ever accepted. */
  readonly connections: readonly Socket[]
  behave(behaviour: Behaviour): void
  [Symbol.asyncDispose](): Promise<void>
}

/** A server on loopback whose behaviour a test can change while it is probed. */
export async function startTarget(first: Behaviour = answer): Promise<Target> {
  let behaviour = first
  const connections: Socket[] = []
  const server = createServer((_, response) => behaviour(response))
  server.on('connection', (socket) => connections.push(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    connections,
    behave: (next) => void (behaviour = next),
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
    },
  }
}
