import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { Answer } from './answer.ts'
import { streamAnswers, streamPath } from './answer-stream.ts'

/** Longer than any pause between two probes: a server that closes an idle connection while it is used looks like an outage. */
export const keepAliveMs = 75_000

export interface AnswerServerOptions {
  readonly pod: string
  /** What /readyz says; default always ready. */
  readonly ready?: () => boolean
  /** Further documents by path, as JSON. */
  readonly documents?: Readonly<Record<string, () => unknown>>
}

/** An HTTP server, not yet listening, that answers with an Answer on /, with a stream of them, and on /healthz and /readyz for kubelet. */
export function answerServer({ pod, ready = () => true, documents = {} }: AnswerServerOptions): Server {
  const nonce = randomBytes(6).toString('hex')
  let count = 0
  const documentOf = (path: string): unknown => {
    if (path === '/') return { pod, nonce, count: ++count } satisfies Answer
    if (path === '/healthz') return { ok: true }
    return documents[path]?.()
  }
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    if (path === streamPath) {
      streamAnswers(response, { pod, nonce })
      return
    }
    const document = path === '/readyz' ? { ok: ready() } : documentOf(path)
    const status = document === undefined ? 404 : path === '/readyz' && !ready() ? 503 : 200
    const body = JSON.stringify(document ?? { error: 'no such path' })
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    response.end(body)
  })
  server.keepAliveTimeout = keepAliveMs
  server.headersTimeout = keepAliveMs + 5000
  return server
}
