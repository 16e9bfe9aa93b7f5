import type { NodeRole } from '../../lib/node.ts'
import type { Subject } from '../model/subject.ts'
import { keyFileOf, sharedFiles, type SharedFile } from './control-plane-files.ts'

/** The subject that a shared certificate or key is. */
export const sharedFileSubjects = {
  'ca.crt': 'cluster-ca',
  'front-proxy-ca.crt': 'front-proxy-ca',
  'etcd/ca.crt': 'etcd-ca',
  'sa.pub': 'sa-key',
} as const satisfies Readonly<Record<SharedFile, Subject>>

const pki = '/etc/kubernetes/pki/'

/** Whose client certificate and process the kubelets of a role are. */
export const kubeletsOf = (role: NodeRole): Subject =>
  role === 'worker' ? 'worker-kubelets' : 'control-plane-kubelets'

/** What a file belongs to; undefined for one that no loss lets a repair replace, such as kubelet's configuration. */
export function subjectOfFile(path: string, role: NodeRole): Subject | undefined {
  const shared = sharedFiles.find((file) => path === `${pki}${file}` || path === `${pki}${keyFileOf(file)}`)
  if (shared) return sharedFileSubjects[shared]
  if (path.startsWith('/etc/kubernetes/manifests/')) return 'static-pods'
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
  if (subject === 'static-pods') return false
  if (subject === 'control-plane-kubelets' || subject === 'worker-kubelets')
    return path === '/var/lib/kubelet/pki/kubelet-client-current.pem'
  return true
}
