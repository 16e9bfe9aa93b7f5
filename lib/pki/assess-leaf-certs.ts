import { isIP } from 'node:net'
import { objectAt, objectIn, objectsAt, stringAt } from '../engine/json.ts'
import type { Json } from '../model.ts'
import { certificateProblem, type CertificateProblem } from './certificate-problem.ts'
import { keyFits } from './key-pair.ts'
import { certificateIn, commonName, shareCertificate } from './pem.ts'

/** Certificates that kubeadm issues on every control plane, and the CA of each, below the certificates' directory. */
export const leafCerts = [
  ['apiserver.crt', 'ca.crt'],
  ['apiserver-kubelet-client.crt', 'ca.crt'],
  ['front-proxy-client.crt', 'front-proxy-ca.crt'],
  ['apiserver-etcd-client.crt', 'etcd/ca.crt'],
  ['etcd/server.crt', 'etcd/ca.crt'],
  ['etcd/peer.crt', 'etcd/ca.crt'],
  ['etcd/healthcheck-client.crt', 'etcd/ca.crt'],
] as const

/** Where kubelet keeps the client certificate that it rotates itself, with its key. */
export const currentClientCertificate = '/var/lib/kubelet/pki/kubelet-client-current.pem'

/** The serving certificates, which must be issued to the machine's name or address. */
const serving: readonly string[] = ['apiserver.crt', 'etcd/server.crt', 'etcd/peer.crt']

/**
 * super-admin.conf is made by kubeadm 1.29 and later only, and on the first control plane only, so it may be missing.
 */
export const kubeconfigs = [
  'admin.conf',
  'kubelet.conf',
  'controller-manager.conf',
  'scheduler.conf',
  'super-admin.conf',
] as const

export type LeafCertProblem =
  | CertificateProblem
  | 'trusts another CA'
  | 'without its key'
  | 'of another key'
  | 'made out to another machine'
  | 'of another user'

export interface WrongFile {
  readonly path: string
  readonly problem: LeafCertProblem
  /** Of a lost kubelet.conf: kubelet still has the certificate that it rotates, so that a new file names that one. */
  readonly keepsIdentity?: true
}

/** The machine that the certificates belong to. */
export interface Owner {
  readonly name: string
  readonly address: string
}

/**
 * Assesses the certificates and kubeconfigs of a control plane.
 * @param text gives a file's text by its name, '' where it is missing or empty; of private keys, also those in kubeconfigs, the public half
 */
export function assessLeafCerts(
  text: (name: string) => string,
  owner: Owner,
  certificatesDir: string,
  now: Date,
): WrongFile[] {
  const wrongCertificates = leafCerts.flatMap(([file, ca]): WrongFile[] => {
    const key = text(file.replace(/crt$/, 'key'))
    const problem =
      certificateProblem(text(file), text(ca), now) ??
      keyProblem(text(file), key) ??
      (serving.includes(file) ? ownerProblem(text(file), owner) : undefined)
    return problem ? [{ path: `${certificatesDir}/${file}`, problem }] : []
  })
  const wrongConfigs = kubeconfigs.flatMap((file): WrongFile[] => {
    if (file === 'super-admin.conf' && !text(`there:${file}`)) return []
    const user = usersOf(file, owner)
    const problem =
      kubeconfigProblem({ text: text(file), named: text(`trusted:${file}`) }, text('ca.crt'), user, now) ??
      (file === 'kubelet.conf' && namesRotated(text(file)) ? rotatedProblem(text, user, now) : undefined)
    if (!problem) return []
    const isLost = file === 'kubelet.conf' && (problem === 'missing' || problem === 'unreadable')
    const keepsIdentity = isLost && rotatedProblem(text, user, now) === undefined
    return [{ path: `/etc/kubernetes/${file}`, problem, ...(keepsIdentity ? { keepsIdentity } : {}) }]
  })
  return [...wrongCertificates, ...wrongConfigs]
}

function keyProblem(certificate: string, key: string): LeafCertProblem | undefined {
  if (key.trim() === '') return 'without its key'
  const parsed = certificateIn(certificate)
  return parsed && keyFits(parsed, key) ? undefined : 'of another key'
}

/** kubeadm issues them to name and address, other tools to either. */
function ownerProblem(pem: string, { name, address }: Owner): LeafCertProblem | undefined {
  const certificate = certificateIn(pem)
  const isOwn = (isIP(address) !== 0 && certificate?.checkIP(address)) || certificate?.checkHost(name)
  return isOwn ? undefined : 'made out to another machine'
}

/** The common name that a kubeconfig must have; undefined where operators may have chosen their own. */
function usersOf(file: (typeof kubeconfigs)[number], { name }: Owner): string | undefined {
  if (file === 'kubelet.conf') return `system:node:${name}`
  if (file === 'controller-manager.conf') return 'system:kube-controller-manager'
  return file === 'scheduler.conf' ? 'system:kube-scheduler' : undefined
}

/**
 * What is wrong with a kubeconfig; undefined where nothing is. One that names kubelet's rotated certificate embeds none,
 * and only its CA is compared.
 * @param text its own, and as `named` the CA file that it names, '' where it embeds its CA
 */
function kubeconfigProblem(
  { text, named }: { readonly text: string; readonly named: string },
  ca: string,
  user: string | undefined,
  now: Date,
): LeafCertProblem | undefined {
  if (text.trim() === '') return 'missing'
  const parts = kubeconfigParts(text)
  if (!parts || stringAt(parts.cluster, 'server') === undefined) return 'unreadable'
  return trustProblem(parts.cluster, named, ca) ?? userProblem(parts.user, ca, user, now)
}

const publicKeyPem = /-----BEGIN PUBLIC KEY-----[\s\S]+?-----END PUBLIC KEY-----/

/** Whether a kubelet.conf names the certificate that kubelet rotates. */
const namesRotated = (conf: string): boolean =>
  stringAt(kubeconfigParts(conf)?.user ?? {}, 'client-certificate') === currentClientCertificate

/**
 * What is wrong with the certificate that kubelet rotates: with a kubelet.conf that names it, and without a valid one, a kubelet
 * that starts wants a bootstrap file that is long gone, and exits (kubelet, certificate/bootstrap, LoadClientConfig).
 */
function rotatedProblem(
  text: (name: string) => string,
  user: string | undefined,
  now: Date,
): LeafCertProblem | undefined {
  const rotated = text('kubelet-client')
  const problem =
    certificateProblem(rotated, text('ca.crt'), now) ?? keyProblem(rotated, publicKeyPem.exec(rotated)?.[0] ?? '')
  if (problem !== undefined) return problem
  return commonName(rotated) === user ? undefined : 'of another user'
}

/** What it embeds goes before what it names (client-go, clientcmd). It may trust more CAs than this. */
function trustProblem(cluster: Json, named: string, ca: string): LeafCertProblem | undefined {
  const embedded = decoded(cluster, 'certificate-authority-data')
  const trusted = embedded === '' ? named : embedded
  if (trusted !== '' && !certificateIn(trusted)) return 'unreadable'
  return shareCertificate(trusted, ca) ? undefined : 'trusts another CA'
}

function userProblem(part: Json, ca: string, user: string | undefined, now: Date): LeafCertProblem | undefined {
  if (stringAt(part, 'client-certificate') !== undefined) return undefined
  const certificate = decoded(part, 'client-certificate-data')
  const problem = certificateProblem(certificate, ca, now) ?? keyProblem(certificate, decoded(part, 'client-key-data'))
  if (problem !== undefined) return problem
  return user === undefined || commonName(certificate) === user ? undefined : 'of another user'
}

/** The cluster and the user of a kubeconfig's current context; undefined where it has none. */
export function kubeconfigParts(text: string): { readonly cluster: Json; readonly user: Json } | undefined {
  const config = objectIn(text) ?? {}
  const named = (list: string, name: unknown): Json | undefined => {
    return objectsAt(config, list).find((entry) => entry['name'] === name)
  }
  const context = named('contexts', config['current-context'])
  const { cluster, user } = objectAt(context ?? {}, 'context')
  const [foundCluster, foundUser] = [named('clusters', cluster), named('users', user)]
  if (!foundCluster || !foundUser) return undefined
  return { cluster: objectAt(foundCluster, 'cluster'), user: objectAt(foundUser, 'user') }
}

function decoded(parent: Json, key: string): string {
  return Buffer.from(stringAt(parent, key) ?? '', 'base64').toString()
}
