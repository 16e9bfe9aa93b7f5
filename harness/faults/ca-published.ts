import { z } from 'zod'
import { waitFor } from '../../lib/engine/wait.ts'
import { apiGet } from '../observe/api-get.ts'
import { fingerprintsIn } from '../observe/fingerprints.ts'
import type { Patience } from './observe-machines.ts'
import type { ProofPart } from './prove.ts'

const path = '/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication'
const configMapSchema = z.object({ data: z.record(z.string(), z.string()) })

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
        const { data } = configMapSchema.parse(JSON.parse((await apiGet(await context.api(), path, signal)).body))
        return own !== undefined && fingerprintsIn(data['client-ca-file'] ?? '').includes(own)
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
