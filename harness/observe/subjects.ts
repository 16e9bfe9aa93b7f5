import type { NodeRole } from '../../lib/node.ts'
import type { Subject } from '../model/subject.ts'
import {
  components,
  keyFileOf,
  leafCertificates,
  sharedFiles,
  type LeafCertificate,
  type SharedFile,
} from './control-plane-files.ts'

/** The subject that a shared certificate or key is. */
export const sharedFileSubjects = {
  'ca.crt': 'cluster-ca',
  'front-proxy-ca.crt': 'front-proxy-ca',
  'etcd/ca.crt': 'etcd-ca',
  'sa.pub': 'sa-key',
} as const satisfies Readonly<Record<SharedFile, Subject>>

/** The subject of the certificates that a CA signs for a control plane, and of their keys. */
const certificateSubjects = {
  'ca.crt': 'api-server-certificates',
  'etcd/ca.crt': 'etcd-certificates',
  'front-proxy-ca.crt': 'front-proxy-certificates',
} as const satisfies Readonly<Record<(typeof leafCertificates)[LeafCertificate], Subject>>
const leafNames = Object.keys(leafCertificates) as LeafCertificate[]

/** The subjects of a static pod: its manifest with its process, and its process alone. */
const staticPodSubjects = {
  etcd: { pod: 'etcd-pod', process: undefined },
  'kube-apiserver': { pod: 'api-server-pod', process: 'api-server-processes' },
  'kube-controller-manager': { pod: 'controller-manager-pod', process: 'controller-manager-processes' },
  'kube-scheduler': { pod: 'scheduler-pod', process: 'scheduler-processes' },
} as const satisfies Readonly<
  Record<(typeof components)[number], { readonly pod: Subject; readonly process: Subject | undefined }>
>

/** Whether the process of a static pod is among the subjects, by the name of its container. */
export function isProcessAmong(name: string, subjects: ReadonlySet<Subject>): boolean {
  const component = components.find((known) => known === name)
  if (!component) return false
  const { pod, process } = staticPodSubjects[component]
  return subjects.has('static-pods') || subjects.has(pod) || (process !== undefined && subjects.has(process))
}

/** The subjects with those that are parts of them. */
export function withParts(subjects: readonly Subject[]): ReadonlySet<Subject> {
  const parts = Object.values(staticPodSubjects).map(({ pod }) => pod)
  const certificates = subjects.includes('control-plane-certificates') ? Object.values(certificateSubjects) : []
  return new Set([...subjects, ...(subjects.includes('static-pods') ? parts : []), ...certificates])
}

const manifests = '/etc/kubernetes/manifests/'
const pki = '/etc/kubernetes/pki/'

/** Whose client certificate and process the kubelets of a role are. */
export const kubeletsOf = (role: NodeRole): Subject =>
  role === 'worker' ? 'worker-kubelets' : 'control-plane-kubelets'

/** What a file belongs to; undefined for one that no loss lets a repair replace, such as kubelet's configuration. */
export function subjectOfFile(path: string, role: NodeRole): Subject | undefined {
  const shared = sharedFiles.find((file) => path === `${pki}${file}` || path === `${pki}${keyFileOf(file)}`)
  if (shared) return sharedFileSubjects[shared]
  const component = components.find((name) => path === `${manifests}${name}.yaml`)
  if (component) return staticPodSubjects[component].pod
  if (path.startsWith(manifests)) return 'static-pods'
  const leaf = leafNames.find((file) => path === `${pki}${file}` || path === `${pki}${keyFileOf(file)}`)
  if (leaf) return certificateSubjects[leafCertificates[leaf]]
  if (path.startsWith(pki)) return 'control-plane-certificates'
  if (/^\/etc\/kubernetes\/(admin|super-admin|controller-manager|scheduler)\.conf$/.test(path)) return 'kubeconfigs'
  if (/^\/etc\/kubernetes\/(bootstrap-)?kubelet\.conf$/.test(path) || path.startsWith('/var/lib/kubelet/pki/'))
    return kubeletsOf(role)
  return undefined
}

/**
 * Whether the file cannot be as before once its subject is replaced. Manifests and kubelet.conf may be the same bytes again, and
 * kubelet's old client certificates and its self-signed serving certificate may stay.
 */
export function mustBeNew(path: string, subject: Subject): boolean {
  if (path.startsWith(manifests)) return false
  if (subject === 'control-plane-kubelets' || subject === 'worker-kubelets')
    return path === '/var/lib/kubelet/pki/kubelet-client-current.pem'
  return true
}
