import { connect } from 'node:tls'

const timeoutMs = 5000

/**
 * SHA-256 of the certificate that a server shows on a fresh TLS connection, which is closed at once; null when none comes within
 * 5 s. Nothing is verified: who it is is what is asked. Rejects only when the signal says so.
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
  const socket = connect({ host, port, rejectUnauthorized: false, timeout: timeoutMs })
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
