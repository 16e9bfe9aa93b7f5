import { z } from 'zod'
import type { DrillContext } from '../model/context.ts'
import type { Machine } from '../model/cluster.ts'
import { momentOf, momentSchema } from './collecting.ts'
import { keyFileOf, sharedFiles, type SharedFile } from './control-plane-files.ts'
import { fingerprintsIn, signingKeyId } from './fingerprints.ts'

export const certificateAuthoritiesSchema = momentSchema.extend({
  machines: z.array(
    z.object({
      node: z.string(),
      uses: z.array(
        z.object({
          file: z.enum(sharedFiles).describe('Which shared file'),
          fingerprint: z.string().describe('SHA-256 of the certificate; of sa.pub the id of the key'),
          by: z.string().describe('Path of the file that holds or names it'),
        }),
      ),
    }),
  ),
})
export type CertificateAuthorities = z.infer<typeof certificateAuthoritiesSchema>

/** Stores evidence `certificate-authorities-<when>`: the CAs and the service-account key that every machine uses at that moment. */
export function collectCertificateAuthorities(
  context: DrillContext,
  when: 'baseline' | 'killed' | 'settled',
): Promise<void> {
  return context.evidence.once(`certificate-authorities-${when}`, async (): Promise<CertificateAuthorities> => {
    const moment = momentOf(context)
    const machines = await Promise.all(
      context.cluster.machines.map(async (machine) => ({
        node: machine.name,
        uses: usesIn(await readUses(machine, context.signal)),
      })),
    )
    return { ...moment, machines }
  })
}

const show = (name: string, path: string) => `echo "== ${name} ${path}"; cat ${path}`

/** Without its private key a control plane cannot use a CA, and a repair makes a new pair. */
const onControlPlane = sharedFiles.map(
  (name) => `if [ -s pki/${keyFileOf(name)} ] && [ -s pki/${name} ]; then ${show(name, `pki/${name}`)}; fi`,
)
const onWorker = [`if [ -s pki/ca.crt ]; then ${show('ca.crt', 'pki/ca.crt')}; fi`]

/** Public halves only: private keys are asked for by their presence. */
const scriptFor = ({ role }: Machine) => `cd /etc/kubernetes 2>/dev/null || exit 0
${(role === 'worker' ? onWorker : onControlPlane).join('\n')}
for file in kubelet.conf admin.conf; do
  if [ -s "$file" ]; then echo "== ca.crt $file"; sed -n 's/^ *certificate-authority-data: //p' "$file" | base64 -d; echo; fi
done
true`

async function readUses(machine: Machine, signal: AbortSignal): Promise<string> {
  return (await machine.exec(['bash', '-c', scriptFor(machine)], { timeoutMs: 20_000, signal })).stdout
}

/** Parses `== <shared file> <path>`, each followed by PEM. What is no certificate or key is left out. */
export function usesIn(text: string): CertificateAuthorities['machines'][number]['uses'] {
  return text.split(/^== /m).flatMap((part) => {
    const [heading = '', ...lines] = part.split('\n')
    const [name = '', by = ''] = heading.split(' ')
    const file = sharedFiles.find((known) => known === name)
    const fingerprint = file && fingerprintOf(file, lines.join('\n'))
    return fingerprint ? [{ file, fingerprint, by }] : []
  })
}

function fingerprintOf(file: SharedFile, pem: string): string | undefined {
  try {
    return file === 'sa.pub' ? signingKeyId(pem) : fingerprintsIn(pem)[0]
  } catch {
    return undefined
  }
}
