import { createHash, createPublicKey } from 'node:crypto'

/**
 * The `kid` that an API server gives to tokens signed with this key: SHA-256 of the public key's DER, in base64url
 * (keyIDFromPublicKey, pkg/serviceaccount/jwt.go). Takes sa.pub as PEM; throws on what is no public key.
 */
export function signingKeyId(publicKeyPem: string): string {
  const der = createPublicKey(publicKeyPem).export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(der).digest('base64url')
}
