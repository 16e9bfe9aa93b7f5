import { X509Certificate } from 'node:crypto'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Fields } from './fields-of.ts'

/**
 * What a leaf certificate says that a repair must not change: subject, names, usages and the kind of its key. Not the key, the
 * validity and the CA. Throws for what is no certificate.
 */
export function certificateFields(pem: string): Fields {
  const certificate = new X509Certificate(pem)
  const { asymmetricKeyType = '', asymmetricKeyDetails } = certificate.publicKey
  const size = asymmetricKeyDetails?.modulusLength ?? asymmetricKeyDetails?.namedCurve ?? ''
  return {
    subject: sorted(certificate.subject, '\n'),
    names: sorted(certificate.subjectAltName ?? '', ', '),
    // Undefined, whatever its type says, where a certificate names none.
    usages: [...((certificate.keyUsage as readonly string[] | undefined) ?? [])].sort().join(', '),
    'kind of key': `${asymmetricKeyType} ${size}`,
  }
}

const sorted = (list: string, separator: string) => list.split(separator).filter(Boolean).sort().join(', ')

const userSchema = z.looseObject({
  'client-certificate': z.string().optional(),
  'client-certificate-data': z.string().optional(),
})
const kubeconfigSchema = z.object({
  'current-context': z.string(),
  clusters: z.array(
    z.object({
      name: z.string(),
      cluster: z.looseObject({ server: z.string(), 'tls-server-name': z.string().optional() }),
    }),
  ),
  contexts: z.array(
    z.object({
      name: z.string(),
      context: z.object({ cluster: z.string(), user: z.string(), namespace: z.string().optional() }),
    }),
  ),
  users: z.array(z.object({ name: z.string(), user: userSchema })),
})

/**
 * What a kubeconfig says that a repair must not change: which server it asks as whom, under which names, and where its certificate
 * is. Throws for what is no kubeconfig.
 * @param text without keys and tokens
 * @param rotated PEM of the certificate file that it names, where it holds none itself
 */
export function kubeconfigFields(text: string, rotated: string): Fields {
  const config = kubeconfigSchema.parse(parse(text))
  const context = named(config.contexts, config['current-context']).context
  const { cluster } = named(config.clusters, context.cluster)
  const { user } = named(config.users, context.user)
  return {
    server: cluster.server,
    'server name': cluster['tls-server-name'] ?? '',
    ...userFields(user, rotated),
    context: config['current-context'],
    namespace: context.namespace ?? '',
    'name of the cluster': context.cluster,
    'name of the user': context.user,
  }
}

function named<T extends { readonly name: string }>(list: readonly T[], name: string): T {
  const found = list.find((entry) => entry.name === name)
  if (!found) throw new TypeError(`the kubeconfig has no ${name}`)
  return found
}

function userFields(user: z.infer<typeof userSchema>, rotated: string): Fields {
  const embedded = user['client-certificate-data']
  const pem = embedded === undefined ? rotated : Buffer.from(embedded, 'base64').toString()
  return {
    user: pem.includes('BEGIN CERTIFICATE') ? sorted(new X509Certificate(pem).subject, '\n') : '',
    certificate: embedded === undefined ? (user['client-certificate'] ?? 'none') : 'in the file',
  }
}
