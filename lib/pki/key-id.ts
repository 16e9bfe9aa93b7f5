import { createHash, createPublicKey } from 'node:crypto'

/**
 * The `kid` that Kubernetes writes into the tokens it signs: SHA-256 of the public key in DER (SubjectPublicKeyInfo),
 * base64url. As in pkg/serviceaccount/jwt.go, keyIDFromPublicKey.
 * @param publicKey PEM of sa.pub
 */
export function keyId(publicKey: string): string {
  const der = createPublicKey(publicKey).export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(der).digest('base64url')
}

/** The `kid` in the header of a JWT, which is its first part; undefined where it is no JWT. */
export function keyIdOfHeader(header: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(header, 'base64url').toString())
    if (typeof parsed !== 'object' || parsed === null || !('kid' in parsed)) return undefined
    return typeof parsed.kid === 'string' ? parsed.kid : undefined
  } catch {
    return undefined
  }
}
