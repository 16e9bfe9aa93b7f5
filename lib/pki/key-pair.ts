import { createPublicKey, type KeyObject, type X509Certificate } from 'node:crypto'

/** The public key in a PEM text; undefined where there is none that can be read. */
export function publicKeyIn(text: string): KeyObject | undefined {
  try {
    return createPublicKey(text)
  } catch {
    return undefined
  }
}

/** Whether both texts hold the same public key. */
export function isSameKey(one: string, other: string): boolean {
  const [key, wanted] = [publicKeyIn(one), publicKeyIn(other)]
  return key !== undefined && wanted !== undefined && key.equals(wanted)
}

/** Whether a key belongs to a certificate, by the key's public half in a PEM text. */
export function keyFits(certificate: X509Certificate, text: string): boolean {
  return publicKeyIn(text)?.equals(certificate.publicKey) ?? false
}
