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
