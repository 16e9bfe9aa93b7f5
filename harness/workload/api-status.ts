/** What became of the last call of the API. */
export type ApiOutcome = 'ok' | 'unauthorized' | 'forbidden' | 'tls' | 'unreachable' | 'timeout' | 'http'

/** What the API client says of itself on /status; holds no secret. */
export interface ApiStatus {
  readonly outcome: ApiOutcome | 'starting'
  /** HTTP status or the error's code. */
  readonly detail: string
  /** When this outcome was first seen, ISO 8601. */
  readonly since: string
  readonly lastCallAt: string | null
  readonly calls: number
  /** Key id in the header of the token that was used last. */
  readonly tokenKid: string | null
  /** The token and CA were read once, at the start, as old client libraries do. */
  readonly readOnce: boolean
}

/** Key id of a JSON web token; null when there is none. The header is no secret; the rest is never read. */
export function kidOf(token: string): string | null {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.split('.', 1)[0] ?? '', 'base64url').toString())
    return typeof header === 'object' && header !== null && 'kid' in header && typeof header.kid === 'string'
      ? header.kid
      : null
  } catch {
    return null
  }
}

/** Node's names for what can go wrong: OpenSSL's verification errors end the handshake with codes like these. */
const tlsCodes = /CERT|^ERR_TLS|^ERR_SSL|^EPROTO$|SELF_SIGNED|UNABLE_TO_/

/** Sorts an error of node:https by its code. */
export function outcomeOfError(error: NodeJS.ErrnoException): {
  readonly outcome: ApiOutcome
  readonly detail: string
} {
  const detail = error.code ?? error.name
  if (tlsCodes.test(detail)) return { outcome: 'tls', detail }
  return { outcome: detail === 'ETIMEDOUT' ? 'timeout' : 'unreachable', detail }
}

export function outcomeOfStatus(status: number): { readonly outcome: ApiOutcome; readonly detail: string } {
  const outcome = status === 200 ? 'ok' : status === 401 ? 'unauthorized' : status === 403 ? 'forbidden' : 'http'
  return { outcome, detail: String(status) }
}
