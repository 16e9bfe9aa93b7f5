import { createHash, X509Certificate } from 'node:crypto'
import { z } from 'zod'
import type { Machine } from '../model/cluster.ts'
import type { DrillContext } from '../model/context.ts'
import { momentOf, momentSchema } from './collecting.ts'
import { certificatesIn } from './fingerprints.ts'

const certificateSchema = z.object({
  path: z.string().describe('The file that holds it; a kubeconfig too'),
  subject: z.string(),
  issuer: z.string().describe('The name of its signer, as it says itself'),
  fingerprint: z.string().describe('SHA-256 of the certificate'),
  keyId: z.string().describe('SHA-256 of its public key'),
  signedBy: z
    .string()
    .nullable()
    .describe(
      'Id of the key by which its signature was verified, of all CAs seen on the machines so far; null: by none',
    ),
  validTo: z.iso.datetime(),
})
export type SeenCertificate = z.infer<typeof certificateSchema>

export const certificatesSchema = momentSchema.extend({
  machines: z.array(z.object({ node: z.string(), certificates: z.array(certificateSchema) })),
})
export type Certificates = z.infer<typeof certificatesSchema>

/** Public halves only. Kubelet's files hold the private key as well, kubeconfigs their certificate as base64. */
const script = `find -L /etc/kubernetes/pki /var/lib/kubelet/pki -type f \\( -name '*.crt' -o -name '*-current.pem' \\) 2>/dev/null |
  sort | while read -r file; do
    echo "== $file"; sed -n '/-BEGIN CERTIFICATE-/,/-END CERTIFICATE-/p' "$file"
  done
for file in /etc/kubernetes/*.conf; do
  if [ -s "$file" ]; then
    echo "== $file"; sed -n 's/^ *client-certificate-data: //p' "$file" | base64 -d; echo
  fi
done
true`

const knownAuthorities = 'authorities seen'

/**
 * Stores evidence `certificates-<when>`: whose every certificate of kubeadm and kubelet is, and which CA's key has signed it, by its
 * signature. Of the keys and certificates only names and fingerprints are kept.
 */
export function collectCertificates(context: DrillContext, when: 'baseline' | 'settled'): Promise<void> {
  const { cluster, evidence, secrets, signal } = context
  return evidence.once(`certificates-${when}`, async (): Promise<Certificates> => {
    const moment = momentOf(context)
    const texts = await Promise.all(cluster.machines.map((machine) => readCertificates(machine, signal)))
    // With those of before, so that what a lost CA has signed is told from what nobody knows.
    const known = [...certificatesIn(secrets.get(knownAuthorities) ?? ''), ...texts.flatMap(authoritiesIn)]
    secrets.set(knownAuthorities, known.join('\n'))
    const machines = cluster.machines.map(({ name }, index) => ({
      node: name,
      certificates: seenCertificates(texts[index] ?? '', known),
    }))
    return { ...moment, machines }
  })
}

async function readCertificates(machine: Machine, signal: AbortSignal): Promise<string> {
  return (await machine.exec(['bash', '-c', script], { timeoutMs: 20_000, signal })).stdout
}

/** Pure: the PEM of each certificate of a CA in what a machine printed. */
export const authoritiesIn = (text: string): readonly string[] =>
  certificatesIn(text).filter((pem) => parsed(pem)?.ca === true)

/** Pure: parses `== <path>`, each followed by PEM. What is no certificate is left out. */
export function seenCertificates(text: string, authorities: readonly string[]): SeenCertificate[] {
  const signers = authorities.flatMap((pem) => parsed(pem) ?? [])
  return text.split(/^== /m).flatMap((part) => {
    const path = part.split('\n', 1)[0]?.trim() ?? ''
    return certificatesIn(part).flatMap((pem) => {
      const certificate = parsed(pem)
      if (!certificate) return []
      const signer = [certificate, ...signers].find((one) => certificate.verify(one.publicKey))
      const { subject, issuer, fingerprint256: fingerprint, validTo } = certificate
      return [
        {
          ...{ path, subject: nameOf(subject), issuer: nameOf(issuer), fingerprint },
          keyId: keyIdOf(certificate),
          signedBy: signer ? keyIdOf(signer) : null,
          validTo: new Date(validTo).toISOString(),
        },
      ]
    })
  })
}

const nameOf = (lines: string | undefined) => (lines ?? '').split('\n').join(', ')

const keyIdOf = ({ publicKey }: X509Certificate) =>
  createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')

function parsed(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem)
  } catch {
    return undefined
  }
}
