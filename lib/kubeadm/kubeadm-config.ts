import { parse, parseAllDocuments } from 'yaml'
import { PreconditionError } from '../engine/errors.ts'

export type Json = Readonly<Record<string, unknown>>

/** The operator's kept kubeadm configuration, read and checked. */
export interface KubeadmConfig {
  readonly apiVersion: 'kubeadm.k8s.io/v1beta3' | 'kubeadm.k8s.io/v1beta4'
  readonly cluster: Json
  /** Of the control plane that the file was written for; absent where only the ClusterConfiguration was kept. */
  readonly init?: Json
  readonly certificatesDir: string
  readonly etcdDataDir: string
  /** The port of every API server. */
  readonly bindPort: number
}

const group = 'kubeadm.k8s.io/'
const understood = ['kubeadm.k8s.io/v1beta3', 'kubeadm.k8s.io/v1beta4'] as const

/**
 * Reads the YAML documents that an operator keeps. KubeletConfiguration, KubeProxyConfiguration and JoinConfiguration
 * are left out: the repair touches nothing that they configure. Throws PreconditionError, before any machine is touched, for
 * a file that cannot be used.
 */
export function parseKubeadmConfig(text: string): KubeadmConfig {
  const documents = readDocuments(text).filter(({ apiVersion }) => String(apiVersion).startsWith(group))
  const cluster = only(documents, 'ClusterConfiguration')
  if (!cluster) {
    throw new PreconditionError(
      'the kubeadm configuration holds no ClusterConfiguration (kubeadm.k8s.io): give the file the cluster was made with',
    )
  }
  const init = only(documents, 'InitConfiguration')
  const etcd = objectAt(cluster, 'etcd')
  refuseUnusable(cluster, etcd)
  return {
    apiVersion: versionOf(cluster, init),
    cluster,
    ...(init ? { init } : {}),
    certificatesDir: stringAt(cluster, 'certificatesDir') ?? '/etc/kubernetes/pki',
    etcdDataDir: stringAt(objectAt(etcd, 'local'), 'dataDir') ?? '/var/lib/etcd',
    bindPort: numberAt(objectAt(init ?? {}, 'localAPIEndpoint'), 'bindPort') ?? 6443,
  }
}

function refuseUnusable(cluster: Json, etcd: Json): void {
  if (etcd['external'] !== undefined) {
    throw new PreconditionError(
      'etcd is external in the kubeadm configuration: this repair is for etcd on the control planes',
    )
  }
  if (!/^v\d+\.\d+\.\d+/.test(stringAt(cluster, 'kubernetesVersion') ?? '')) {
    throw new PreconditionError(
      'the kubeadm configuration names no kubernetesVersion such as v1.36.4: write the version that runs',
    )
  }
}

function versionOf(cluster: Json, init: Json | undefined): KubeadmConfig['apiVersion'] {
  const apiVersion = understood.find((version) => version === cluster['apiVersion'])
  if (!apiVersion) {
    throw new PreconditionError(
      `the kubeadm configuration is of ${String(cluster['apiVersion'])}: use v1beta3 or v1beta4 (kubeadm config migrate)`,
    )
  }
  if (init && init['apiVersion'] !== apiVersion) {
    throw new PreconditionError(
      'ClusterConfiguration and InitConfiguration are of different versions: kubeadm config migrate brings them together',
    )
  }
  return apiVersion
}

function readDocuments(text: string): Json[] {
  const parsed = parseAllDocuments(text)
  const documents = Array.isArray(parsed) ? parsed : []
  for (const document of documents) {
    const [error] = document.errors
    if (error)
      throw new PreconditionError(`the kubeadm configuration is not YAML: ${error.message.split('\n')[0] ?? ''}`, {
        cause: error,
      })
  }
  return documents.map((document) => document.toJS() as unknown).filter(isObject)
}

function only(documents: readonly Json[], kind: string): Json | undefined {
  const found = documents.filter((document) => document['kind'] === kind)
  if (found.length > 1)
    throw new PreconditionError(`the kubeadm configuration holds ${kind} ${found.length} times: keep one`)
  return found[0]
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The object under a key, or an empty one. */
export function objectAt(parent: Json, key: string): Json {
  const value = parent[key]
  return isObject(value) ? value : {}
}

/** The non-empty string under a key. */
export function stringAt(parent: Json, key: string): string | undefined {
  const value = parent[key]
  return typeof value === 'string' && value !== '' ? value : undefined
}

function numberAt(parent: Json, key: string): number | undefined {
  const value = parent[key]
  return typeof value === 'number' ? value : undefined
}

/** The object that a YAML or JSON text holds; undefined where it holds none, or cannot be read. */
export function objectIn(text: string): Json | undefined {
  try {
    const value: unknown = parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
