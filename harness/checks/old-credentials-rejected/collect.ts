import { X509Certificate } from 'node:crypto'
import { parse } from 'yaml'
import { z } from 'zod'
import type { DrillContext } from '../../model/context.ts'
import type { Machine } from '../../model/cluster.ts'
import { momentOf, momentSchema } from '../../observe/collecting.ts'
import { httpsGet, httpsGetSchema } from '../../observe/https-get.ts'
import { mountedTokens } from '../../observe/mounted-tokens.ts'
import { oldCredentials, type OldCredential } from './credentials.ts'
import { tryAsPeer } from './peer-trials.ts'

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

/** A resource that all of them could read or be denied; anonymous requests get 403, unknown credentials 401. */
const trialPath = '/api/v1/namespaces/default'
const keyOf = (credential: string) => `old ${credential}`

/** Keeps the credentials of the healthy cluster, in memory only, and stores as `credentials-baseline` that they work. */
export function keepCredentials(context: DrillContext): Promise<void> {
  return context.evidence.once('credentials-baseline', async (): Promise<CredentialReplay> => {
    const [first] = context.cluster.controlPlanes
    if (!first) throw new Error('the cluster has no control plane')
    const machines = { 'control-plane': first, worker: context.cluster.workers[0] ?? first }
    await Promise.all(
      oldCredentials.map(async (credential) => {
        const secret = await readCredential(machines[credential.on], credential, context.signal)
        if (secret !== undefined) context.secrets.set(keyOf(credential.name), secret)
      }),
    )
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
  const etcdCa = await secretFile(first, '/etc/kubernetes/pki/etcd/ca.crt', context.signal)
  const presented = oldCredentials.flatMap((credential) => {
    const secret = context.secrets.get(keyOf(credential.name))
    if (secret !== undefined) return [{ credential, material: materialOf(credential, secret) }]
    if (credential.optional) return []
    throw new Error(`the old ${credential.name} was not kept before the fault`)
  })
  const { signal, cluster } = context
  const asClient = presented.filter(({ credential }) => credential.target !== 'etcd-peer')
  const asPeer = presented.flatMap(({ credential, material }) =>
    credential.target === 'etcd-peer' && 'cert' in material
      ? [{ credential: credential.name, pem: material.cert }]
      : [],
  )
  const trials = cluster.controlPlanes.flatMap(({ name: node, address }) => {
    const apiServer = { address, port: 6443, path: trialPath, ca, signal }
    return [
      ...asClient.map(async ({ credential: { name, target, headers }, material }) => {
        const etcd = { address, port: 2379, path: '/version', ca: etcdCa, signal }
        const options = { ...(target === 'etcd' ? etcd : apiServer), ...material, ...(headers ? { headers } : {}) }
        return { credential: name, node, ...(await httpsGet(options)) }
      }),
      httpsGet({ ...apiServer, ...current }).then((answer) => ({ credential: 'current admin.conf', node, ...answer })),
    ]
  })
  const peerTrials = asPeer.map(async ({ credential, pem }) =>
    (await tryAsPeer(first, pem, cluster.controlPlanes, signal)).map((answer) => ({ credential, ...answer })),
  )
  const all = [...(await Promise.all(trials)), ...(await Promise.all(peerTrials)).flat()]
  return { ...moment, caSha256: new X509Certificate(ca).fingerprint256, trials: all }
}

const secretFile = async (machine: Machine, path: string, signal: AbortSignal) =>
  (await machine.exec(['cat', path], { timeoutMs: 10_000, signal })).stdout

/** Its text; undefined for an optional one that the machine does not have. */
async function readCredential(
  machine: Machine,
  { kind, path, optional }: OldCredential,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (kind === 'token') {
    const [token] = await mountedTokens(machine, signal)
    if (!token) throw new Error(`no pod on ${machine.name} mounts a service-account token`)
    return token.token
  }
  if (kind === 'certificate-and-key')
    return (await Promise.all(['crt', 'key'].map((end) => secretFile(machine, `${path}.${end}`, signal)))).join('\n')
  const read = secretFile(machine, path, signal)
  return optional ? read.catch(() => (signal.throwIfAborted(), undefined)) : read
}

function materialOf({ kind }: OldCredential, secret: string) {
  if (kind === 'token') return { token: secret }
  if (kind !== 'kubeconfig') return { cert: secret, key: secret }
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
  if (!parsed.success) throw new Error('a kubeconfig is not as kubeadm writes it')
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
