import { z } from 'zod'
import { apiAccess } from '../../cluster/api-access.ts'
import type { CollectAt } from '../../model/check.ts'
import type { Machine } from '../../model/cluster.ts'
import type { DrillContext } from '../../model/context.ts'
import { apiGet } from '../../observe/api-get.ts'
import { momentOf, momentSchema } from '../../observe/collecting.ts'
import { signingKeyId } from '../../observe/fingerprints.ts'

export const saKeysSchema = momentSchema.extend({
  planes: z.array(
    z.object({
      node: z.string(),
      signing: z.string().nullable().describe('Key id of the public half of sa.key; null: not readable'),
      published: z.array(z.string()).describe('Key ids in sa.pub, in its order'),
      loaded: z.array(z.string()).nullable().describe('Key ids that its API server verifies by; null: it did not say'),
    }),
  ),
})
export type SaKeys = z.infer<typeof saKeysSchema>

/**
 * Stores evidence `sa-keys-<when>`: the service-account keys on the disk of every control plane, and those that its API server has
 * loaded, by its own word (/openid/v1/jwks). Of sa.key only the public half is read.
 */
export function collectSaKeys(context: DrillContext, when: CollectAt): Promise<void> {
  return context.evidence.once(`sa-keys-${when}`, async (): Promise<SaKeys> => {
    const moment = momentOf(context)
    const planes = context.cluster.controlPlanes.map((machine) => planeOf(machine, context.signal))
    return { ...moment, planes: await Promise.all(planes) }
  })
}

const publicHalf = 'openssl pkey -in /etc/kubernetes/pki/sa.key -pubout 2>/dev/null || true'
const published = 'cat /etc/kubernetes/pki/sa.pub 2>/dev/null || true'

async function planeOf(machine: Machine, signal: AbortSignal): Promise<SaKeys['planes'][number]> {
  const ask = async (script: string) => (await machine.exec(['sh', '-c', script], { timeoutMs: 20_000, signal })).stdout
  const [own, all, loaded] = await Promise.all([ask(publicHalf), ask(published), loadedBy(machine, signal)])
  return { node: machine.name, signing: keyIdsIn(own)[0] ?? null, published: keyIdsIn(all), loaded }
}

/** The ids of the public keys in a PEM text, in its order. */
export function keyIdsIn(text: string): string[] {
  return (text.match(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g) ?? []).map(signingKeyId)
}

/** The API server answers 406 to whoever wants plain JSON (pkg/routes/openidmetadata.go). */
const jwksType = 'application/jwk-set+json'

const jwksSchema = z.object({ keys: z.array(z.object({ kid: z.string() })) })

async function loadedBy(machine: Machine, signal: AbortSignal): Promise<string[] | null> {
  try {
    const { status, body } = await apiGet(await apiAccess(machine), '/openid/v1/jwks', signal, jwksType)
    if (status !== 200) return null
    return jwksSchema.parse(JSON.parse(body)).keys.map(({ kid }) => kid)
  } catch {
    signal.throwIfAborted()
    return null
  }
}
