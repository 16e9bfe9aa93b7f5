import { X509Certificate } from 'node:crypto'

const certificates = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g

/** SHA-256 fingerprints of all certificates in a PEM text, in its order. Throws on what is no certificate. */
export const fingerprintsIn = (pem: string): string[] =>
  (pem.match(certificates) ?? []).map((one) => new X509Certificate(one).fingerprint256)
