import { X509Certificate } from 'node:crypto'
import { parse } from 'yaml'
import { z } from 'zod'
import type { DrillContext } from '../../model/context.ts'
import type { Machine } from '../../model/cluster.ts'
import { momentOf, momentSchema } from '../../observe/collecting.ts'
import { httpsGet, httpsGetSchema } from '../../observe/https-get.ts'
import { mountedTokens } from '../../observe/mounted-tokens.ts'

export const oldCredentials = ['admin.conf', 'service-account token', 'kubelet certificate'] as const

export const credentialReplaySchema = momentSchema.extend({
  caSha256: z.string().describe('Fingerprint of the CA that the API server was verified with'),
  trials: z.array(
    httpsGetSchema.extend({
      credential: z.string().describe('One of the old ones, or `current admin.conf` as the control'),
      node: z.string(),
    }),
  ),
})
export type CredentialReplay = z.infer<typeof credentialReplaySchema>

/** A resource that the three old ones and any administrator could read or be denied; anonymous requests get 403, unknown credentials 401. */
const trialPath = '/api/v1/namespaces/default'
const keyOf = (credential: string) => `old ${credential}`

/** Keeps the credentials of the healthy cluster, in memory only, and stores as `credentials-baseline` that they work. */
export function keepCredentials(context: DrillContext): Promise<void> {
  return context.evidence.once('credentials-baseline', async (): Promise<CredentialReplay> => {
    const [first] = context.cluster.controlPlanes
    const worker = context.cluster.workers[0] ?? first
    if (!first || !worker) throw new Error('the cluster has no control plane')
    const [admin, tokens, kubelet] = await Promise.all([
      secretFile(first, '/etc/kubernetes/admin.conf', context.signal),
      mountedTokens(worker, context.signal),
      secretFile(worker, '/var/lib/kubelet/pki/kubelet-client-current.pem', context.signal),
    ])
    const [token] = tokens
    if (!token) throw new Error(`no pod on ${worker.name} mounts a service-account token`)
    context.secrets.set(keyOf('admin.conf'), admin)
    context.secrets.set(keyOf('service-account token'), token.token)
    context.secrets.set(keyOf('kubelet certificate'), kubelet)
    return tryCredentials(context)
  })
}

/** Stores as `credentials-settled` what every API server says to each kept credential, verified with the CA of today. */
export function replayOldCredentials(context: DrillContext): Promise<void> {
  return context.evidence.once('credentials-settled', () => tryCredentials(context))
}

async function tryCredentials(context: DrillContext): Promise<CredentialReplay> {
  const [first] = context.cluster.controlPlanes
  if (!first) throw new Error('the cluster has no control plane')
  const moment = momentOf(context)
  const { ca, ...current } = adminOf(await secretFile(first, '/etc/kubernetes/admin.conf', context.signal))
  const presented = [
    ...oldCredentials.map(
      (credential) => [credential, materialOf(credential, context.secrets.get(keyOf(credential)))] as const,
    ),
    ['current admin.conf', current] as const,
  ]
  const trials = context.cluster.controlPlanes.flatMap(({ name, address }) =>
    presented.map(async ([credential, material]) => {
      const answer = await httpsGet({ address, port: 6443, path: trialPath, ca, ...material, signal: context.signal })
      return { credential, node: name, ...answer }
    }),
  )
  return { ...moment, caSha256: new X509Certificate(ca).fingerprint256, trials: await Promise.all(trials) }
}

const secretFile = async (machine: Machine, path: string, signal: AbortSignal) =>
  (await machine.exec(['cat', path], { timeoutMs: 10_000, signal })).stdout

function materialOf(credential: (typeof oldCredentials)[number], secret: string | undefined) {
  if (secret === undefined) throw new Error(`the old ${credential} was not kept before the fault`)
  if (credential === 'service-account token') return { token: secret }
  if (credential === 'kubelet certificate') return { cert: secret, key: secret }
  const { cert, key } = adminOf(secret)
  return { cert, key }
}

const base64 = z.base64().transform((text) => Buffer.from(text, 'base64').toString())
const adminSchema = z.object({
  clusters: z.tuple([z.object({ cluster: z.object({ 'certificate-authority-data': base64 }) })]),
  users: z.tuple([z.object({ user: z.object({ 'client-certificate-data': base64, 'client-key-data': base64 }) })]),
})

function adminOf(kubeconfig: string): { readonly ca: string; readonly cert: string; readonly key: string } {
  const parsed = adminSchema.safeParse(documentOf(kubeconfig))
  // The messages of both parsers could quote the input, which is a key.
  if (!parsed.success) throw new Error('admin.conf is not as kubeadm writes it')
  const [{ cluster }] = parsed.data.clusters
  const [{ user }] = parsed.data.users
  return {
    ca: cluster['certificate-authority-data'],
    cert: user['client-certificate-data'],
    key: user['client-key-data'],
  }
}

function documentOf(yaml: string): unknown {
  try {
    return parse(yaml)
  } catch {
    return undefined
  }
}
