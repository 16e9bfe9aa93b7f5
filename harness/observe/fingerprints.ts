/** How observers tell certificates, keys and tokens apart, by the standard means of Node; nothing of lib/ is used. */
import { createHash, createPublicKey, X509Certificate } from 'node:crypto'
import { connect } from 'node:tls'
import { z } from 'zod'

const certificatePattern = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** The certificates of a PEM text, one PEM each, in its order; whether they can be parsed is not asked. */
export const certificatesIn = (text: string): string[] => text.match(certificatePattern) ?? []

/** SHA-256 fingerprints of all certificates in a PEM text, in its order. Throws where one cannot be parsed. */
export const fingerprintsIn = (text: string): string[] =>
  certificatesIn(text).map((pem) => new X509Certificate(pem).fingerprint256)

/**
 * The `kid` that an API server gives to tokens signed with this key: SHA-256 of the public key's DER, in base64url
 * (keyIDFromPublicKey, pkg/serviceaccount/jwt.go). Takes sa.pub as PEM; throws on what is no public key.
 */
export function signingKeyId(publicKeyPem: string): string {
  const der = createPublicKey(publicKeyPem).export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(der).digest('base64url')
}

/** What may be kept of a service-account token: everything but its signature, and of that only what the checks need. */
export const tokenClaimsSchema = z.object({
  kid: z.string().describe('Which key signed it'),
  sub: z.string(),
  iat: z.number().nullable(),
  exp: z.number().nullable(),
})
export type TokenClaims = z.infer<typeof tokenClaimsSchema>

const headerSchema = z.object({ kid: z.string() })
const payloadSchema = z.object({
  sub: z.string(),
  iat: z.number().optional(),
  exp: z.number().optional(),
  aud: z.union([z.string(), z.array(z.string())]).optional(),
})

/** The key id in the header of a token, of which the header alone is enough. Throws on what is no token. */
export const keyIdInHeader = (token: string): string => headerSchema.parse(partOf(token, 0)).kid

/** Reads the claims of a token without verifying it, and the audiences it is meant for. Undefined for what is no token. */
export function tokenClaimsOf(
  token: string,
): { readonly claims: TokenClaims; readonly audiences: readonly string[] } | undefined {
  try {
    const kid = keyIdInHeader(token)
    const { sub, iat = null, exp = null, aud = [] } = payloadSchema.parse(partOf(token, 1))
    return { claims: { kid, sub, iat, exp }, audiences: typeof aud === 'string' ? [aud] : aud }
  } catch {
    return undefined
  }
}

const partOf = (token: string, index: number): unknown =>
  JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString())

const handshakeTimeoutMs = 5000

/**
 * SHA-256 of the certificate that a server shows on a fresh TLS connection, which is closed at once; null when none comes
 * within 5 s. The certificate is not verified; its fingerprint is the answer. Rejects only when the signal says so.
 */
export async function servingFingerprint({
  host,
  port,
  signal,
}: {
  readonly host: string
  readonly port: number
  readonly signal: AbortSignal
}): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>()
  const socket = connect({ host, port, rejectUnauthorized: false, timeout: handshakeTimeoutMs })
  const onAbort = () => resolve(null)
  signal.addEventListener('abort', onAbort, { once: true })
  socket.on('secureConnect', () => resolve(socket.getPeerX509Certificate()?.fingerprint256 ?? null))
  for (const end of ['error', 'timeout', 'close']) socket.on(end, () => resolve(null))
  const fingerprint = await promise
  signal.removeEventListener('abort', onAbort)
  socket.destroy()
  signal.throwIfAborted()
  return fingerprint
}
