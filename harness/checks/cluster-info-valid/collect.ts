import { createHmac } from 'node:crypto'
import type { V1Secret } from '@kubernetes/client-node'
import { parse } from 'yaml'
import { z } from 'zod'
import type { CollectAt } from '../../model/check.ts'
import type { DrillContext } from '../../model/context.ts'
import { kubernetesClient } from '../../observe/kubernetes-client.ts'
import { eventually, momentOf, momentSchema } from '../../observe/collecting.ts'
import { httpsGet } from '../../observe/https-get.ts'
import { fingerprintsIn } from '../../observe/fingerprints.ts'

export const clusterInfoSchema = momentSchema.extend({
  anonymous: z
    .number()
    .int()
    .nullable()
    .optional()
    .describe('HTTP status for who asks for cluster-info without credentials'),
  server: z.string(),
  ca: z.string().nullable().describe('SHA-256 of the CA that machines which join are given'),
  clusterCa: z.string().nullable().describe('SHA-256 of ca.crt on the first control plane'),
  signatures: z
    .array(z.object({ token: z.string(), state: z.enum(['valid', 'invalid', 'without a token']) }))
    .describe('Signatures in cluster-info by the public part of the bootstrap token that they were made with'),
  tokens: z
    .array(z.object({ token: z.string(), signs: z.boolean(), signed: z.boolean(), expires: z.string().nullable() }))
    .describe('Bootstrap tokens that the cluster knows'),
})
export type ClusterInfo = z.infer<typeof clusterInfoSchema>

const clusterInfoPath = '/api/v1/namespaces/kube-public/configmaps/cluster-info'

/** The controller manager signs at every change of cluster-info or of a token. */
const patienceMs = 20_000

/** Stores evidence `cluster-info-<when>`: what joining machines are told, and who signed it. */
export function collectClusterInfo(context: DrillContext, when: CollectAt): Promise<void> {
  return context.evidence.once(`cluster-info-${when}`, () =>
    eventually(() => lookAt(context), isSettled, { patienceMs, signal: context.signal }),
  )
}

const isSettled = ({ signatures, tokens }: ClusterInfo) =>
  signatures.every(({ state }) => state === 'valid') && tokens.every(({ signs, signed }) => signs === signed)

const kubeconfigSchema = z.object({
  clusters: z.tuple([
    z.object({ cluster: z.object({ server: z.string(), 'certificate-authority-data': z.string() }) }),
  ]),
})

async function lookAt(context: DrillContext): Promise<ClusterInfo> {
  const { signal, cluster } = context
  const moment = momentOf(context)
  const { core } = await kubernetesClient(await context.api(), signal)
  const [configMap, secrets, ca, anonymous] = await Promise.all([
    core.readNamespacedConfigMap({ namespace: 'kube-public', name: 'cluster-info' }),
    core.listNamespacedSecret({ namespace: 'kube-system', fieldSelector: 'type=bootstrap.kubernetes.io/token' }),
    cluster.controlPlanes[0]?.readFile('/etc/kubernetes/pki/ca.crt'),
    httpsGet({ address: cluster.controlPlanes[0]?.address ?? '', port: 6443, path: clusterInfoPath, signal }),
  ])
  const data = configMap.data ?? {}
  const kubeconfig = data['kubeconfig'] ?? ''
  const [{ cluster: named }] = kubeconfigSchema.parse(parse(kubeconfig)).clusters
  return {
    ...moment,
    anonymous: anonymous.status,
    server: named.server,
    ca: fingerprintsIn(Buffer.from(named['certificate-authority-data'], 'base64').toString())[0] ?? null,
    clusterCa: fingerprintsIn(ca?.toString() ?? '')[0] ?? null,
    ...signaturesOf(data, secrets.items),
  }
}

/** Judges the signatures of cluster-info here, so that no token leaves this process. */
export function signaturesOf(
  data: Readonly<Record<string, string>>,
  secrets: readonly Pick<V1Secret, 'data'>[],
): Pick<ClusterInfo, 'signatures' | 'tokens'> {
  const known = new Map(secrets.map((secret) => [decoded(secret, 'token-id'), secret]))
  const prefix = 'jws-kubeconfig-'
  const signed = Object.entries(data).flatMap(([key, jws]) =>
    key.startsWith(prefix) ? [[key.slice(prefix.length), jws] as const] : [],
  )
  return {
    signatures: signed.map(([token, jws]) => {
      const secret = known.get(token)
      if (!secret) return { token, state: 'without a token' }
      return {
        token,
        state: isSignature(jws, data['kubeconfig'] ?? '', decoded(secret, 'token-secret')) ? 'valid' : 'invalid',
      }
    }),
    tokens: [...known].map(([token, secret]) => ({
      token,
      signs: decoded(secret, 'usage-bootstrap-signing') === 'true',
      signed: signed.some(([id]) => id === token),
      expires: decoded(secret, 'expiration') || null,
    })),
  }
}

/** A detached JWS (`header..signature`, HS256) over the kubeconfig (k8s.io/cluster-bootstrap, token/jws). */
function isSignature(jws: string, kubeconfig: string, secret: string): boolean {
  const [header = '', , signature = ''] = jws.split('.')
  const payload = Buffer.from(kubeconfig).toString('base64url')
  return createHmac('sha256', secret).update(`${header}.${payload}`).digest('base64url') === signature
}

const decoded = ({ data }: Pick<V1Secret, 'data'>, key: string) => Buffer.from(data?.[key] ?? '', 'base64').toString()
