import { expect, test } from 'vitest'
import { parseKubeadmConfig } from '../kubeadm/kubeadm-config.ts'
import { plain, v1beta4 } from '../testing/kubeadm-config.ts'
import { kubeconfigs, leafCerts } from './assess-leaf-certs.ts'
import { signingRequest } from './signing-requests.ts'

const owner = { name: 'm1', address: '10.0.0.1' }
const asked = (path: string, config = v1beta4) => signingRequest(path, owner, parseKubeadmConfig(config))

test.each([
  [
    '/etc/kubernetes/pki/apiserver.crt',
    'CN=kube-apiserver, SAN DNS:m1, DNS:kubernetes, DNS:kubernetes.default, DNS:kubernetes.default.svc, DNS:kubernetes.default.svc.cluster.local, IP:10.96.0.1, IP:10.0.0.1, DNS:lb.example',
  ],
  ['/etc/kubernetes/pki/etcd/peer.crt', 'CN=m1, SAN DNS:m1, DNS:localhost, IP:10.0.0.1, IP:127.0.0.1, IP:::1'],
  ['/etc/kubernetes/scheduler.conf', 'CN=system:kube-scheduler'],
  ['/etc/kubernetes/admin.conf', 'CN=kubernetes-admin, O=kubeadm:cluster-admins'],
  ['/var/lib/kubelet/pki/kubelet-client-current.pem', 'CN=system:node:m1, O=system:nodes'],
])('%s', (path, request) => {
  expect(asked(path)).toBe(request)
})

test('every file that kubeadm signs has a request, and manifests have none', () => {
  const paths = [
    ...leafCerts.map(([file]) => `/srv/pki/${file}`),
    ...kubeconfigs.map((file) => `/etc/kubernetes/${file}`),
  ]
  expect(paths.filter((path) => asked(path) === undefined)).toEqual([])
  expect(asked('/var/lib/drill-recovery/manifests/etcd.yaml')).toBeUndefined()
})

test('of another version, and of other subnets', () => {
  expect(asked('/etc/kubernetes/admin.conf', plain.replace('v1.36.4', 'v1.28.3'))).toBe(
    'CN=kubernetes-admin, O=system:masters',
  )
  const subnet = (text: string) => asked('/x/apiserver.crt', `${plain}networking: { serviceSubnet: '${text}' }\n`)
  expect(subnet('10.7.3.9/12')).toContain('IP:10.0.0.1')
  expect(subnet('fd07::/112,10.0.0.0/16')).toContain('IP:fd07::1')
})
