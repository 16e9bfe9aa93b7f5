import { createHash, X509Certificate } from 'node:crypto'

/** The PEM blocks of a label in a text; whatever is between them is left out. */
export function pemBlocks(label: 'CERTIFICATE' | 'CERTIFICATE REQUEST', text: string): string[] {
  return text.match(new RegExp(`-----BEGIN ${label}-----[\\s\\S]+?-----END ${label}-----`, 'g')) ?? []
}

/** The bytes of a PEM block. */
export function derOf(block: string): Buffer {
  return Buffer.from(block.replaceAll(/-----[A-Z ]+-----|\s/g, ''), 'base64')
}

/** The certificates in a text, one PEM each. */
export function certificatesIn(text: string): string[] {
  return pemBlocks('CERTIFICATE', text)
}

/** Same certificate, however its PEM is wrapped. */
export function sameCertificate(one: string, other: string): boolean {
  return fingerprint(one) !== undefined && fingerprint(one) === fingerprint(other)
}

/** Whether two bundles have a certificate in common; what each holds besides, an operator may have added. */
export function shareCertificate(one: string, other: string): boolean {
  return certificatesIn(one).some((pem) => certificatesIn(other).some((each) => sameCertificate(pem, each)))
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

/** As kubeadm pins a CA: SHA-256 of its public key in DER. Throws TypeError for a text without a certificate. */
export function caCertHash(ca: string): string {
  const certificate = certificateIn(ca)
  if (!certificate) throw new TypeError('the CA cannot be read')
  const der = certificate.publicKey.export({ type: 'spki', format: 'der' })
  return `sha256:${createHash('sha256').update(der).digest('hex')}`
}
