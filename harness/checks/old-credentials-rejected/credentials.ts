import type { Subject } from '../../model/subject.ts'

/** What the healthy cluster accepts, and what becomes of it. */
export interface OldCredential {
  readonly name: string
  /** What makes it worthless. A new certificate of the same CA leaves the old one valid until it expires. */
  readonly revokedBy: Subject
  /** Where it is: on the first control plane, or on the first worker. Of a certificate and key in two files the common part. */
  readonly on: 'control-plane' | 'worker'
  readonly path: string
  readonly kind: 'kubeconfig' | 'pem' | 'certificate-and-key' | 'token'
  /** Who is asked; default: the API servers. */
  readonly target?: 'etcd' | 'etcd-peer'
  /** Sent along: a front proxy says for whom it asks. */
  readonly headers?: Readonly<Record<string, string>>
  /** Not every cluster has it. */
  readonly optional?: true
}

const kubeconfig = (name: string): OldCredential => ({
  name,
  revokedBy: 'cluster-ca',
  on: 'control-plane',
  path: `/etc/kubernetes/${name}`,
  kind: 'kubeconfig',
})
const kubeletCertificate = '/var/lib/kubelet/pki/kubelet-client-current.pem'
const pki = '/etc/kubernetes/pki'

const ofEtcd = (name: string, file: string): OldCredential => ({
  name,
  revokedBy: 'etcd-ca',
  on: 'control-plane',
  path: `${pki}/${file}`,
  kind: 'certificate-and-key',
  target: 'etcd',
})

export const oldCredentials: readonly OldCredential[] = [
  kubeconfig('admin.conf'),
  { ...kubeconfig('super-admin.conf'), optional: true },
  kubeconfig('controller-manager.conf'),
  kubeconfig('scheduler.conf'),
  { name: 'service-account token', revokedBy: 'sa-key', on: 'worker', path: '', kind: 'token' },
  { name: 'kubelet certificate', revokedBy: 'cluster-ca', on: 'worker', path: kubeletCertificate, kind: 'pem' },
  {
    name: 'kubelet certificate of a control plane',
    revokedBy: 'cluster-ca',
    on: 'control-plane',
    path: kubeletCertificate,
    kind: 'pem',
  },
  {
    name: 'front-proxy client certificate',
    revokedBy: 'front-proxy-ca',
    on: 'control-plane',
    path: `${pki}/front-proxy-client`,
    kind: 'certificate-and-key',
    headers: { 'x-remote-user': 'drill' },
  },
  ofEtcd('etcd client certificate', 'apiserver-etcd-client'),
  ofEtcd('etcd health-check client certificate', 'etcd/healthcheck-client'),
  // kubeadm makes it for clients too.
  ofEtcd('etcd server certificate', 'etcd/server'),
  { ...ofEtcd('etcd peer certificate', 'etcd/peer'), target: 'etcd-peer' },
]
