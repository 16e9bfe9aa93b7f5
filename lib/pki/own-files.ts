import type { KubeadmConfig } from '../model.ts'
import { kubeconfigs, leafCerts } from './assess-leaf-certs.ts'
import { sharedFiles } from './assess-shared-certs.ts'

/** The files of a control plane that the repair makes or brings back itself, and the directories that they are in. */
export function ownFiles({ certificatesDir }: Pick<KubeadmConfig, 'certificatesDir'>): ReadonlySet<string> {
  const signed = leafCerts.flatMap(([file]) => [file, file.replace(/crt$/, 'key')])
  return new Set([
    ...['', '/etcd', ...[...sharedFiles, ...signed].map((file) => `/${file}`)].map((path) => certificatesDir + path),
    ...[...kubeconfigs, 'super-admin.conf', 'bootstrap-kubelet.conf'].map((file) => `/etc/kubernetes/${file}`),
    ...['/etc/kubernetes', '/etc/kubernetes/manifests'],
  ])
}
