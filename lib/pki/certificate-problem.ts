import { certificateIn, certificatesIn } from './pem.ts'

export type CertificateProblem = 'missing' | 'unreadable' | 'signed by another CA' | 'expired'

/**
 * What is wrong with a leaf certificate, or undefined when nothing is.
 * @param ca PEM of the CA that must have signed it, or of several of which one must have
 */
export function certificateProblem(pem: string, ca: string, now: Date): CertificateProblem | undefined {
  if (pem.trim() === '') return 'missing'
  const certificate = certificateIn(pem)
  if (!certificate) return 'unreadable'
  const authorities = certificatesIn(ca).flatMap((each) => certificateIn(each) ?? [])
  if (!authorities.some(({ publicKey }) => certificate.verify(publicKey))) return 'signed by another CA'
  return new Date(certificate.validTo) <= now ? 'expired' : undefined
}
