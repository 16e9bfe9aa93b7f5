import { createPrivateKey, createPublicKey, type KeyObject, type X509Certificate } from 'node:crypto'

/** The private key in a PEM text; undefined where there is none that can be read. */
export function privateKeyIn(text: string): KeyObject | undefined {
  try {
    return createPrivateKey(text)
  } catch {
    return undefined
  }
}

/** The public key of a PEM text that holds a public key, or of one that holds its private key. */
export function publicKeyIn(text: string): KeyObject | undefined {
  try {
    return createPublicKey(text)
  } catch {
    return undefined
  }
}

/** Whether both texts can be read and are of one pair of keys. */
export function isPair(privateText: string, publicText: string): boolean {
  const [own, other] = [privateKeyIn(privateText), publicKeyIn(publicText)]
  return own !== undefined && other !== undefined && createPublicKey(own).equals(other)
}

/** Whether a key in a PEM text belongs to a certificate. */
export function keyFits(certificate: X509Certificate, text: string): boolean {
  const key = privateKeyIn(text)
  return key !== undefined && certificate.checkPrivateKey(key)
}
