import { keyFits } from './key-pair.ts'
import { certificateIn, certificatesIn } from './pem.ts'

/** Gives what is whole of a text by these keys. Of a file with several certificates the one counts whose key is there. */
export const wholeBy = (keys: readonly string[], now: Date) => (text: string) =>
  certificatesIn(text).flatMap((pem) => {
    const certificate = certificateIn(pem)
    if (!certificate || new Date(certificate.validTo) <= now) return []
    return keys
      .filter((key) => keyFits(certificate, key))
      .map((key) => ({ print: certificate.fingerprint256, found: [text, key] as const }))
  })
