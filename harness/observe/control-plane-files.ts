/** What kubeadm keeps on a control plane, as observers know it. lib/ has lists of its own: an observer must not inherit its gaps. */

/** Static pods of a control plane, and their containers. */
export const components = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const

/** Public halves that must be the same on every control plane: files below /etc/kubernetes/pki. */
export const sharedFiles = ['ca.crt', 'front-proxy-ca.crt', 'etcd/ca.crt', 'sa.pub'] as const
export type SharedFile = (typeof sharedFiles)[number]

/** The file with the private key of a shared file or of a leaf certificate. */
export const keyFileOf = (file: string): string => file.replace(/(crt|pub)$/, 'key')

/** Leaf certificates below /etc/kubernetes/pki, each with the CA that signs it. */
export const leafCertificates = {
  'apiserver.crt': 'ca.crt',
  'apiserver-kubelet-client.crt': 'ca.crt',
  'front-proxy-client.crt': 'front-proxy-ca.crt',
  'apiserver-etcd-client.crt': 'etcd/ca.crt',
  'etcd/server.crt': 'etcd/ca.crt',
  'etcd/peer.crt': 'etcd/ca.crt',
  'etcd/healthcheck-client.crt': 'etcd/ca.crt',
} as const satisfies Readonly<Record<string, SharedFile>>
export type LeafCertificate = keyof typeof leafCertificates
