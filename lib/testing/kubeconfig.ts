import { stringify } from 'yaml'
import type { Issued } from './issue-certificate.ts'

/** A kubeconfig as kubeadm writes it, for a cluster of the name `kubernetes`. */
export function kubeconfigOf(ca: string, { certificate, key }: Issued, user = 'user'): string {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  return stringify(
    {
      apiVersion: 'v1',
      clusters: [
        {
          cluster: { 'certificate-authority-data': base64(ca), server: 'https://lb.example:6443' },
          name: 'kubernetes',
        },
      ],
      contexts: [{ context: { cluster: 'kubernetes', user }, name: `${user}@kubernetes` }],
      'current-context': `${user}@kubernetes`,
      kind: 'Config',
      users: [{ name: user, user: { 'client-certificate-data': base64(certificate), 'client-key-data': base64(key) } }],
    },
    { lineWidth: 0 },
  )
}
