import { createServer, type Server } from 'node:https'
import { TLSSocket } from 'node:tls'
import { aggregatedAnswer } from './aggregated-answers.ts'
import { fingerprintsOf, type RequestHeaderTrust } from './request-header-trust.ts'

export interface AggregatedServer {
  /** Not yet listening. */
  readonly server: Server
  /** Checks callers against these CAs from the next connection on. */
  readonly trust: (trust: RequestHeaderTrust) => void
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
    const reply = (): readonly [status: number, document: unknown] => {
      if (path === '/healthz') return [200, { ok: true }]
      if (path === '/readyz') return [current ? 200 : 503, { ok: current !== undefined }]
      const unknown = request.socket instanceof TLSSocket ? doubtOf(request.socket, current) : 'no TLS'
      if (unknown !== undefined) return [401, failure(401, unknown)]
      const user = String(request.headers['x-remote-user'] ?? '')
      const document = aggregatedAnswer(path, { pod, nonce, user, callerCas })
      return document === undefined ? [404, failure(404, 'no such path')] : [200, document]
    }
    const [status, document] = reply()
    const body = JSON.stringify(document)
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    response.end(body)
  })
  return {
    server,
    trust: (trust) => {
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

const failure = (code: number, message: string) => ({
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  code,
  message,
})

/** Why the caller is not believed; undefined when it is. */
function doubtOf(socket: TLSSocket, trust: RequestHeaderTrust | undefined): string | undefined {
  if (!trust) return 'the CAs of the API server are not known yet'
  if (!socket.authorized) return `the client certificate is not trusted: ${String(socket.authorizationError)}`
  const name = String(socket.getPeerCertificate().subject.CN ?? '')
  return trust.allowedNames.length === 0 || trust.allowedNames.includes(name) ? undefined : `${name} is not allowed`
}
