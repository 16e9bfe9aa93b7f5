import { isIP } from 'node:net'
import { objectAt, stringAt, wordsAt } from '../engine/json.ts'
import type { KubeadmConfig } from '../model.ts'
import { currentClientCertificate } from './assess-leaf-certs.ts'

/** The machine that a certificate is for. */
interface Owner {
  readonly name: string
  readonly address: string
}

type Wanted = (owner: Owner, config: KubeadmConfig) => { readonly subject: string; readonly names?: readonly string[] }

const of =
  (subject: string): Wanted =>
  () => ({ subject })

const kubelet: Wanted = ({ name }) => ({ subject: `CN=system:node:${name}, O=system:nodes` })

/** Those of administrators are in this group since kubeadm 1.29. */
const administrator =
  (commonName: string): Wanted =>
  (_, { cluster }) => {
    const minor = Number(/^v1\.(\d+)/.exec(stringAt(cluster, 'kubernetesVersion') ?? '')?.[1] ?? 29)
    return { subject: `CN=${commonName}, O=${minor < 29 ? 'system:masters' : 'kubeadm:cluster-admins'}` }
  }

const etcdMember =
  (more: 'serverCertSANs' | 'peerCertSANs'): Wanted =>
  ({ name, address }, { cluster }) => ({
    subject: `CN=${name}`,
    names: [
      name,
      'localhost',
      address,
      '127.0.0.1',
      '::1',
      ...wordsAt(objectAt(objectAt(cluster, 'etcd'), 'local'), more),
    ],
  })

const apiServer: Wanted = ({ name, address }, { cluster }) => {
  const networking = objectAt(cluster, 'networking')
  const subnet = stringAt(networking, 'serviceSubnet') ?? '10.96.0.0/12'
  const endpoint = (stringAt(cluster, 'controlPlaneEndpoint') ?? '').replace(/:\d+$/, '').replaceAll(/[[\]]/g, '')
  return {
    subject: 'CN=kube-apiserver',
    names: [
      name,
      'kubernetes',
      'kubernetes.default',
      'kubernetes.default.svc',
      `kubernetes.default.svc.${stringAt(networking, 'dnsDomain') ?? 'cluster.local'}`,
      firstAddress(subnet.split(',')[0] ?? ''),
      address,
      ...(endpoint === '' ? [] : [endpoint]),
      ...wordsAt(objectAt(cluster, 'apiServer'), 'certSANs'),
    ],
  }
}

/** As kubeadm asks for them (cmd/kubeadm/app/phases/certs/certlist.go, phases/kubeconfig/kubeconfig.go), by the end of the path. */
const requests: readonly (readonly [string, Wanted])[] = [
  ['/apiserver.crt', apiServer],
  ['/apiserver-kubelet-client.crt', administrator('kube-apiserver-kubelet-client')],
  ['/front-proxy-client.crt', of('CN=front-proxy-client')],
  ['/apiserver-etcd-client.crt', of('CN=kube-apiserver-etcd-client')],
  ['/etcd/server.crt', etcdMember('serverCertSANs')],
  ['/etcd/peer.crt', etcdMember('peerCertSANs')],
  ['/etcd/healthcheck-client.crt', of('CN=kube-etcd-healthcheck-client')],
  ['/admin.conf', administrator('kubernetes-admin')],
  ['/super-admin.conf', of('CN=kubernetes-super-admin, O=system:masters')],
  ['/controller-manager.conf', of('CN=system:kube-controller-manager')],
  ['/scheduler.conf', of('CN=system:kube-scheduler')],
  ['/kubelet.conf', kubelet],
  [currentClientCertificate, kubelet],
]

/** What a request for a file of a machine must say: `CN=…, SAN DNS:…, IP:…`; undefined for a file that holds no certificate. */
export function signingRequest(path: string, owner: Owner, config: KubeadmConfig): string | undefined {
  const wanted = requests.find(([end]) => path.endsWith(end))?.[1](owner, config)
  if (!wanted) return undefined
  const names = [...new Set(wanted.names)].map((name) => `${isIP(name) === 0 ? 'DNS' : 'IP'}:${name}`)
  return `${wanted.subject}${names.length > 0 ? `, SAN ${names.join(', ')}` : ''}`
}

/** That of the Service `kubernetes`: the first address of a subnet behind the one that names it. */
function firstAddress(subnet: string): string {
  const [address = '', length] = subnet.split('/')
  if (isIP(address) !== 4) return `${address.replace(/::0*$/, '::')}1`
  const value = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const size = 2 ** (32 - Number(length))
  const first = Math.floor(value / size) * size + 1
  return [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join('.')
}
