import { waitFor } from '../../lib/engine/wait.ts'
import { fingerprintsIn } from '../observe/fingerprints.ts'
import { publishedCas } from '../observe/published-cas.ts'
import type { Patience } from './observe-machines.ts'
import type { ProofPart } from './prove.ts'

/**
 * The API server of the last control plane has read the CA that was put there, and published it. It reads it at once or, where it has
 * missed the change, up to a minute later (apiserver, pkg/server/dynamiccertificates); what it writes then is not the repair's.
 */
export function caPublished({ timeoutMs = 85_000, intervalMs = 500 }: Patience = {}): ProofPart {
  const title = 'the API server there has published its ca.crt'
  return {
    title,
    async observe(context) {
      const { cluster, signal } = context
      const last = cluster.controlPlanes.at(-1)
      const isPublished = async () => {
        const [own] = fingerprintsIn(String(await last?.readFile('/etc/kubernetes/pki/ca.crt')))
        return own !== undefined && (await publishedCas(await context.api(), signal)).includes(own)
      }
      try {
        await waitFor(title, isPublished, { timeoutMs, intervalMs, signal })
        return { contradictions: [], unanswered: [], confirmed: [title] }
      } catch {
        signal.throwIfAborted()
        return { contradictions: [], unanswered: [`not seen that ${title}`], confirmed: [] }
      }
    },
  }
}
