import { z } from 'zod'
import type { CollectAt } from '../../model/check.ts'
import type { DrillContext } from '../../model/context.ts'
import { stopBackground } from '../../observe/background.ts'
import { type KubernetesClient, kubernetesClient } from '../../observe/kubernetes-client.ts'
import { momentOf, momentSchema } from '../../observe/collecting.ts'
import { mountedTokens } from '../../observe/mounted-tokens.ts'
import { podIdentityOf } from '../../observe/pod-snapshot.ts'
import { signingKeyId, tokenClaimsOf, tokenClaimsSchema } from '../../observe/fingerprints.ts'
import { legacyTokens, reviewOf } from './ask-about-tokens.ts'
import { startWatch, watchedTokenSchema } from './watch-acceptance.ts'

const inventoryEntrySchema = z.object({
  claims: tokenClaimsSchema.nullable().describe('null: no readable token there'),
  accepted: z.boolean().nullable().describe('The answer of the API to a TokenReview; null when it gave none'),
})

export const tokenInventorySchema = momentSchema.extend({
  signingKeys: z.array(z.object({ node: z.string(), kid: z.string() })).describe('Of sa.pub on every control plane'),
  mounted: z.array(
    inventoryEntrySchema.extend({
      namespace: z.string(),
      pod: z.string(),
      podUid: z.string(),
      node: z.string(),
      volume: z.string(),
    }),
  ),
  legacy: z.array(inventoryEntrySchema.extend({ namespace: z.string(), secret: z.string() })),
})
export type TokenInventory = z.infer<typeof tokenInventorySchema>

/**
 * Stores evidence `tokens-<when>`: for every pod that mounts a service-account token, and for every legacy token Secret, which key
 * signed it and whether the API accepts it. The tokens themselves are never stored.
 */
export function collectTokens(context: DrillContext, when: CollectAt): Promise<void> {
  return context.evidence.once(`tokens-${when}`, async (): Promise<TokenInventory> => {
    const clients = await kubernetesClient(await context.api(), context.signal)
    const moment = momentOf(context)
    const [signingKeys, mounted, legacy] = await Promise.all([
      signingKeysOf(context),
      mountedInventory(context, clients),
      legacyInventory(context, clients),
    ])
    return { ...moment, signingKeys, mounted, legacy }
  })
}

const background = 'tokens'

/** Watches whether the API takes the tokens, from right before the repair on. */
export function beginToWatchTokens(context: DrillContext): Promise<void> {
  context.background.set(background, startWatch(context))
  return Promise.resolve()
}

export const tokenWatchSchema = momentSchema.extend({ watched: z.array(watchedTokenSchema) })

/** Ends that, and stores evidence `tokens-during`. */
export function endToWatchTokens(context: DrillContext): Promise<void> {
  return context.evidence.once('tokens-during', async (): Promise<z.infer<typeof tokenWatchSchema>> => {
    const stopped = await stopBackground(context, background, 'no token was watched')
    return { ...momentOf(context), watched: z.array(watchedTokenSchema).parse(stopped) }
  })
}

function signingKeysOf({ cluster, signal }: DrillContext) {
  return Promise.all(
    cluster.controlPlanes.map(async (machine) => {
      const { stdout } = await machine.exec(['cat', '/etc/kubernetes/pki/sa.pub'], { timeoutMs: 10_000, signal })
      return { node: machine.name, kid: signingKeyId(stdout) }
    }),
  )
}

async function mountedInventory(context: DrillContext, clients: KubernetesClient): Promise<TokenInventory['mounted']> {
  const { items } = await clients.core.listPodForAllNamespaces()
  const expected = items
    .map(podIdentityOf)
    .filter(({ phase, deleting }) => phase === 'Running' && !deleting)
    .flatMap((pod) => pod.tokenVolumes.map((volume) => ({ pod, volume })))
  const found = (
    await Promise.all(context.cluster.machines.map((machine) => mountedTokens(machine, context.signal)))
  ).flat()
  const tokenOf = new Map(found.map(({ podUid, volume, token }) => [`${podUid} ${volume}`, token]))
  return Promise.all(
    expected.map(async ({ pod: { namespace, name, uid, node }, volume }) => ({
      namespace,
      pod: name,
      podUid: uid,
      node: node ?? '',
      volume,
      ...(await entryOf(context, clients, tokenOf.get(`${uid} ${volume}`) ?? '')),
    })),
  )
}

async function legacyInventory(context: DrillContext, clients: KubernetesClient): Promise<TokenInventory['legacy']> {
  const found = await legacyTokens(clients)
  return Promise.all(
    found.map(async ({ token, ...secret }) => ({ ...secret, ...(await entryOf(context, clients, token)) })),
  )
}

async function entryOf(
  { signal }: DrillContext,
  clients: KubernetesClient,
  token: string,
): Promise<z.infer<typeof inventoryEntrySchema>> {
  const read = tokenClaimsOf(token)
  if (!read) return { claims: null, accepted: null }
  return { claims: read.claims, accepted: await reviewOf(clients, token, read.audiences, signal) }
}
