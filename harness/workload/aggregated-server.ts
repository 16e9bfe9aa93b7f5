import { createServer, type Server } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { aggregatedAnswer, type AggregatedFacts } from './aggregated-answers.ts'
import { fingerprintsOf, type RequestHeaderTrust } from './request-header-trust.ts'

export interface AggregatedServer {
  /** Not yet listening. */
  readonly server: Server
  /** Checks callers against these CAs from the next connection on. */
  trust(trust: RequestHeaderTrust): void
}

export interface AggregatedServerOptions {
  /** PEM. */
  readonly key: string
  readonly cert: string
  readonly pod: string
  readonly nonce: string
}

/**
 * A small extension API server. Only a caller whose client certificate one of the trusted CAs signed is believed, as every
 * extension API server does it (k8s.io/apiserver, RequestHeader authentication); /healthz and /readyz are for kubelet.
 */
export function aggregatedServer({ key, cert, pod, nonce }: AggregatedServerOptions): AggregatedServer {
  let current: RequestHeaderTrust | undefined
  let callerCas: readonly string[] = []
  const server = createServer({ key, cert, requestCert: true, rejectUnauthorized: false }, (request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    const answer = (status: number, document: unknown): void => {
      const body = JSON.stringify(document)
      response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
      response.end(body)
    }
    const refuse = (code: number, message: string) =>
      answer(code, { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, message })
    if (path === '/healthz') return answer(200, { ok: true })
    if (path === '/readyz') return answer(current ? 200 : 503, { ok: current !== undefined })
    const doubt = doubtOf(request.socket as TLSSocket, current)
    if (doubt !== undefined) return refuse(401, doubt)
    const user = String(request.headers['x-remote-user'] ?? '')
    const document = aggregatedAnswer(path, { pod, nonce, user, callerCas } satisfies AggregatedFacts)
    return document === undefined ? refuse(404, 'no such path') : answer(200, document)
  })
  return {
    server,
    trust(trust) {
      const fingerprints = fingerprintsOf(trust.cas)
      if (current && fingerprints.join() === callerCas.join()) {
        current = trust
        return
      }
      server.setSecureContext({ key, cert, ca: [...trust.cas] })
      // What was verified against the CAs of before is verified again.
      server.closeAllConnections()
      current = trust
      callerCas = fingerprints
    },
  }
}

/** Why the caller is not believed; undefined when it is. */
function doubtOf(socket: TLSSocket, trust: RequestHeaderTrust | undefined): string | undefined {
  if (!trust) return 'the CAs of the API server are not known yet'
  if (!socket.authorized) return `the client certificate is not trusted: ${String(socket.authorizationError)}`
  const name = String(socket.getPeerCertificate().subject?.CN ?? '')
  return trust.allowedNames.length === 0 || trust.allowedNames.includes(name) ? undefined : `${name} is not allowed`
}
