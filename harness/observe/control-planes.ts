import { z } from 'zod'
import type { CollectAt } from '../model/check.ts'
import type { DrillContext } from '../model/context.ts'
import type { Machine } from '../model/cluster.ts'
import { etcdMemberOf, etcdMemberSchema } from './etcd-member.ts'
import { etcdctl } from './etcdctl.ts'
import { sharedFiles } from './control-plane-files.ts'
import { balancerAddress } from './balancer.ts'
import { momentOf, momentSchema } from './collecting.ts'
import { fingerprintsIn, servingFingerprint, signingKeyId } from './fingerprints.ts'

export const controlPlanesSchema = momentSchema.extend({
  planes: z.array(
    z.object({
      node: z.string(),
      files: z
        .record(z.string(), z.string().nullable())
        .describe('SHA-256 of each shared file’s certificate or public key; null: not readable'),
      etcd: etcdMemberSchema.nullable().describe('null: this member did not answer'),
      serving: z.string().nullable().describe('SHA-256 of the certificate that this API server itself serves'),
    }),
  ),
  balancer: z
    .object({
      connections: z.number().int(),
      failed: z.number().int(),
      served: z.array(z.string()).describe('SHA-256 of the distinct serving certificates seen through the balancer'),
    })
    .nullable()
    .describe('null: one control plane needs no balancer'),
})
export type ControlPlanes = z.infer<typeof controlPlanesSchema>

/** Enough for any fair balancer to have chosen each of three at least once. */
const connections = 30

/** Stores evidence `control-planes-<when>`: what the control planes must have in common, and who answers through the balancer. */
export function collectControlPlanes(context: DrillContext, when: CollectAt): Promise<void> {
  return context.evidence.once(`control-planes-${when}`, async (): Promise<ControlPlanes> => {
    const moment = momentOf(context)
    const { controlPlanes } = context.cluster
    const planes = await Promise.all(controlPlanes.map((machine) => planeOf(machine, context.signal)))
    return { ...moment, planes, balancer: controlPlanes.length > 1 ? await throughBalancer(context) : null }
  })
}

const filesScript = `cd /etc/kubernetes/pki; for f in ${sharedFiles.join(' ')}; do echo "== $f"; cat "$f"; done 2>/dev/null; true`
async function planeOf(machine: Machine, signal: AbortSignal): Promise<ControlPlanes['planes'][number]> {
  const ask = async (script: string) => {
    const result = await machine.exec(['sh', '-c', script], { timeoutMs: 20_000, signal }).catch(() => undefined)
    signal.throwIfAborted()
    return result?.stdout
  }
  const [files = '', list, serving] = await Promise.all([
    ask(filesScript),
    ask(etcdctl('member list')),
    servingFingerprint({ host: machine.address, port: 6443, signal }),
  ])
  return {
    node: machine.name,
    files: sharedFingerprintsOf(files),
    etcd: etcdMemberOf(list ?? ''),
    serving,
  }
}

/** Parses `== <file>` followed by the file's PEM, for every shared file. */
export function sharedFingerprintsOf(text: string): Record<string, string | null> {
  const parts = new Map(
    text.split(/^== /m).map((part) => {
      const [name = '', ...lines] = part.split('\n')
      return [name.trim(), lines.join('\n')] as const
    }),
  )
  return Object.fromEntries(sharedFiles.map((file) => [file, fingerprintOf(file, parts.get(file) ?? '')]))
}

function fingerprintOf(file: string, pem: string): string | null {
  try {
    return file === 'sa.pub' ? signingKeyId(pem) : (fingerprintsIn(pem)[0] ?? null)
  } catch {
    return null
  }
}

async function throughBalancer({ cluster, signal }: DrillContext): Promise<NonNullable<ControlPlanes['balancer']>> {
  const { address, port } = await balancerAddress({ cluster })
  const seen: (string | null)[] = []
  // One after another, because a balancer may choose by the number of open connections.
  for (let n = 0; n < connections; n++) seen.push(await servingFingerprint({ host: address, port, signal }))
  const served = seen.filter((fingerprint) => fingerprint !== null)
  return { connections, failed: connections - served.length, served: [...new Set(served)].sort() }
}
