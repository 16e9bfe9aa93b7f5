import { X509Certificate } from 'node:crypto'

const block = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g

/** The certificates in a text, one PEM each; whatever stands between them is left out. */
export function certificatesIn(text: string): string[] {
  return text.match(block) ?? []
}

/** Same certificate, however its PEM is wrapped. */
export function sameCertificate(one: string, other: string): boolean {
  return fingerprint(one) !== undefined && fingerprint(one) === fingerprint(other)
}

/** SHA-256 of the first certificate in a text; undefined where there is none that can be read. */
export function fingerprint(text: string): string | undefined {
  return certificateIn(text)?.fingerprint256
}

/** The first certificate in a text; undefined where there is none that can be read. */
export function certificateIn(text: string): X509Certificate | undefined {
  const [pem] = certificatesIn(text)
  if (pem === undefined) return undefined
  try {
    return new X509Certificate(pem)
  } catch {
    return undefined
  }
}

/** The common name of the first certificate in a text: whose it is. */
export function commonName(text: string): string | undefined {
  return /^CN=(.*)$/m.exec(certificateIn(text)?.subject ?? '')?.[1]
}
