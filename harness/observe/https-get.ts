import { request } from 'node:https'
import { TLSSocket } from 'node:tls'
import { z } from 'zod'

export const httpsGetSchema = z.object({
  verified: z.boolean().describe('The server showed a certificate that the given CA signed for this address'),
  status: z.number().int().nullable().describe('HTTP status; null when none came'),
  error: z.string().nullable().describe('Code of what ended the connection'),
})
export type HttpsGet = z.infer<typeof httpsGetSchema>

export interface HttpsGetOptions {
  readonly address: string
  readonly port: number
  readonly path: string
  /** PEM; without it the server's certificate is not verified. */
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly token?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly timeoutMs?: number
  /** The request does not keep this process alive. */
  readonly background?: boolean
  readonly signal?: AbortSignal
}

/** One GET on a fresh connection; the body is passed over. Rejects only when the signal says so. */
export async function httpsGet(options: HttpsGetOptions): Promise<HttpsGet> {
  const { address, port, path, ca, cert, key, token, headers, timeoutMs = 5000, background = false, signal } = options
  signal?.throwIfAborted()
  const { promise, resolve } = Promise.withResolvers<HttpsGet>()
  let verified = false
  const deadline = AbortSignal.timeout(timeoutMs)
  const outgoing = request({
    host: address,
    port,
    path,
    agent: false,
    rejectUnauthorized: ca !== undefined,
    signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    headers: { ...headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  })
  outgoing.on('socket', (socket) => {
    if (background) socket.unref()
    socket.once('secureConnect', () => {
      verified = ca !== undefined && socket instanceof TLSSocket && socket.authorized
    })
  })
  outgoing.on('response', (response) => {
    resolve({ verified, status: response.statusCode ?? null, error: null })
    response.destroy()
  })
  outgoing.on('error', (error: NodeJS.ErrnoException) =>
    resolve({ verified, status: null, error: deadline.aborted ? 'ETIMEDOUT' : (error.code ?? error.name) }),
  )
  outgoing.end()
  const answer = await promise
  outgoing.destroy()
  signal?.throwIfAborted()
  return answer
}
