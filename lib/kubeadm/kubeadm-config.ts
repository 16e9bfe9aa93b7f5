import { parseAllDocuments } from 'yaml'
import { PreconditionError } from '../engine/errors.ts'
import { isObject, numberAt, objectAt, stringAt } from '../engine/json.ts'
import type { Json, KubeadmConfig } from '../model.ts'

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
      { reason: 'invalid-kubeadm-config' },
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
      { reason: 'external-etcd' },
    )
  }
  if (!/^v\d+\.\d+\.\d+/.test(stringAt(cluster, 'kubernetesVersion') ?? '')) {
    throw new PreconditionError(
      'the kubeadm configuration names no kubernetesVersion such as v1.36.4: write the version that runs',
      { reason: 'invalid-kubeadm-config' },
    )
  }
}

function versionOf(cluster: Json, init: Json | undefined): KubeadmConfig['apiVersion'] {
  const apiVersion = understood.find((version) => version === cluster['apiVersion'])
  if (!apiVersion) {
    throw new PreconditionError(
      `the kubeadm configuration is of ${String(cluster['apiVersion'])}: use v1beta3 or v1beta4 (kubeadm config migrate)`,
      { reason: 'invalid-kubeadm-config' },
    )
  }
  if (init && init['apiVersion'] !== apiVersion) {
    throw new PreconditionError(
      'ClusterConfiguration and InitConfiguration are of different versions: kubeadm config migrate brings them together',
      { reason: 'invalid-kubeadm-config' },
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
        reason: 'invalid-kubeadm-config',
        cause: error,
      })
  }
  return documents.map((document) => document.toJS() as unknown).filter(isObject)
}

function only(documents: readonly Json[], kind: string): Json | undefined {
  const found = documents.filter((document) => document['kind'] === kind)
  if (found.length > 1)
    throw new PreconditionError(`the kubeadm configuration holds ${kind} ${found.length} times: keep one`, {
      reason: 'invalid-kubeadm-config',
    })
  return found[0]
}
