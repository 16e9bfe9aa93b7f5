import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { leasesToHold, electedComponents, leasesToRelease } from '../leader-election/lease-changes.ts'
import { objectAt } from '../engine/json.ts'
import type { Json } from '../model.ts'
import { keyId } from '../pki/key-id.ts'
import { kubeconfigs, leafCerts } from '../pki/assess-leaf-certs.ts'
import { sharedFiles } from '../pki/assess-shared-certs.ts'
import { etcdOnDisk } from './etcd-bytes.ts'
import { apiAnswer, facts, fakeNode, filesShown, type Answer, type FakeCommand, type FakeNode } from './fake-node.ts'
import { issueCertificate, shown } from './issue-certificate.ts'
import { kubeconfigOf } from './kubeconfig.ts'

const authority = issueCertificate({ commonName: 'kubernetes' })
const ca = authority.certificate
const leaf = issueCertificate({ commonName: 'system:node:m1', by: authority }).certificate
const serviceAccounts = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})
const publicKey = serviceAccounts.publicKey
const preflight = facts({ route: '[{"prefsrc":"10.0.0.1"}]' })
const textOf = (file: (typeof sharedFiles)[number]): string => {
  if (file === 'sa.pub' || file === 'sa.key') return publicKey
  return file.endsWith('.key') ? authority.publicKey : ca
}
const shared = filesShown(
  Object.fromEntries(
    sharedFiles.flatMap((file) => [
      [`there:${file}`, 'yes'],
      [file, textOf(file)],
    ]),
  ),
)
/** Written at 02:00, and loaded since. */
const serviceAccountKey = facts({
  'written-at': String(Date.parse('2026-11-24T02:00:00Z') / 1000),
  signing: publicKey,
  there: 'yes',
  public: publicKey,
  loaded: JSON.stringify({
    keys: [{ ...createPublicKey(publicKey).export({ format: 'jwk' }), kid: keyId(publicKey) }],
  }),
  containers: JSON.stringify({
    containers: ['kube-apiserver', 'kube-controller-manager'].map((name) => ({
      id: name,
      metadata: { name },
      state: 'CONTAINER_RUNNING',
      createdAt: String(Date.parse('2026-11-24T02:00:03Z') * 1e6),
    })),
  }),
})
const components = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler']
const users: Readonly<Record<string, string>> = {
  'controller-manager.conf': 'system:kube-controller-manager',
  'scheduler.conf': 'system:kube-scheduler',
}

/** All that is issued on a control plane. */
function issued(name: string): string {
  const signed = leafCerts.flatMap(([file]) => {
    const { certificate, publicKey } = issueCertificate({ commonName: file, addresses: ['10.0.0.1'], by: authority })
    return [
      [file, certificate],
      [file.replace(/crt$/, 'key'), publicKey],
    ]
  })
  const configs = kubeconfigs.map((file) => {
    const commonName = file === 'kubelet.conf' ? `system:node:${name}` : (users[file] ?? 'somebody')
    return [file, kubeconfigOf(ca, shown(issueCertificate({ commonName, by: authority })))]
  })
  return filesShown({
    ...Object.fromEntries(['ca.crt', 'front-proxy-ca.crt', 'etcd/ca.crt'].map((file) => [file, ca])),
    ...(Object.fromEntries([...signed, ...configs]) as Record<string, string>),
    ...Object.fromEntries(components.map((component) => [component, 'yes'])),
  })
}

const header = Buffer.from(JSON.stringify({ kid: keyId(publicKey) })).toString('base64url')
const after = '2026-11-24T02:00:05Z'

/** A lease that was released is taken at once. */
function ledBy(lease: Json, holderIdentity: string): Json {
  const spec = objectAt(lease, 'spec')
  return spec['holderIdentity'] === '' ? { ...lease, spec: { ...spec, holderIdentity } } : lease
}

const electing = (component: string) => `spec: { containers: [{ command: [${component}, --leader-elect=true] }] }`

/** What etcd on a control plane answers. */
export const etcdAnswer = (members: number, namespaces: number, pods: number): string => `${JSON.stringify({
  header: { cluster_id: 1, member_id: 2 },
  members: Array(members).fill({}),
})}
"Count" : ${namespaces}
"Count" : ${pods}
`

const received = facts({ certificate: ca, directory: '/dev/shm/drill-recovery.test' })

/** A kubelet that knows the new CA after it was restarted, and no CA before. */
function kubelet(): Readonly<Record<string, Answer>> {
  let hasStagedFiles = true
  const startedAt = String(Date.parse('2026-11-24T02:00:00Z') / 1000)
  let isNew = false
  const identity = () => (isNew ? { 'trusted-ca': ca, 'client-certificate': leaf, 'callers-ca': ca } : {})
  return {
    'stop orphaned scripts': '',
    'read node facts': preflight,
    'record the known CAs': '',
    'read the certificates in use': '',
    'read the identity of kubelet': () => facts({ ...identity(), 'started-at': startedAt }),
    'read when kubelet started': startedAt,
    'find pods with another CA': '',
    'find pods that mount what was deleted or moved': '',
    'check for staged files': () => facts({ staged: hasStagedFiles ? 'yes' : '' }),
    'remove the staged files': () => {
      hasStagedFiles = false
      return ''
    },
    'observe API clients': '',
    'find files with a lost CA or token': facts({ found: 'cluster-ca /root/.kube/config\n' }),
    'give kubelet its new identity': () => {
      isNew = true
      return facts({ 'backed-up': '/var/lib/kubelet/pki/kubelet-client-current.pem' })
    },
  }
}

/** The API of a cluster with these Nodes, in which everything is as it should be once the kubelets are back. */
function api(nodes: readonly string[]): (command: FakeCommand) => string {
  const kubeconfig = `clusters: [{ cluster: { certificate-authority-data: ${Buffer.from(ca).toString('base64')} } }]`
  const status = { conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: after }] }
  const answers: readonly (readonly [RegExp, object])[] = [
    [/kube-node-lease\/leases$/, { items: nodes.map((name) => ({ metadata: { name }, spec: { renewTime: after } })) }],
    [/\/nodes$/, { items: nodes.map((name) => ({ metadata: { name }, status })) }],
    [/\/namespaces$/, { items: [{ metadata: { name: 'default' }, status: { phase: 'Active' } }] }],
    [/kube-root-ca.crt$/, { items: [{ metadata: { namespace: 'default' }, data: { 'ca.crt': ca } }] }],
    [/services\/kubernetes$/, { spec: { clusterIPs: ['10.96.0.1'] } }],
    [/cluster-info$/, { items: [{ data: { kubeconfig } }] }],
    [/extension-apiserver-authentication$/, { data: { 'client-ca-file': ca, 'requestheader-client-ca-file': ca } }],
    [/pods(\?.*)?$/, { items: [] }],
  ]
  return ({ title }) => {
    const paths = title.replace(/^get /, '').split(' ')
    return apiAnswer(...paths.map((path) => answers.find(([pattern]) => pattern.test(path))?.[1] ?? {}))
  }
}

/** A control plane as the disaster leaves it; it comes back as it is repaired. `changes` replace answers. */
export function lostControlPlane(
  name: string,
  nodes: readonly string[],
  changes: Readonly<Record<string, Answer>> = {},
): FakeNode {
  const installed = new Set<string>()
  let hasSharedCerts = false
  let isIssued = false
  let hasRestricted = true
  let leases: readonly Json[] = []
  const elections = facts(Object.fromEntries(electedComponents.map((component) => [component, electing(component)])))
  const receive = () => {
    hasSharedCerts = true
    return ''
  }
  const install = ({ title }: FakeCommand) => {
    installed.add(title.replace('install the manifest of ', ''))
    return ''
  }
  const compare = ({ title }: FakeCommand) => {
    const wanted = title.replace('find missing manifests of ', '').split(', ')
    return wanted.every((component) => component === 'etcd' || installed.has(component))
      ? ''
      : facts({ missing: wanted.join('\n') })
  }
  const node = fakeNode(name, 'control-plane', {
    ...changes,
    ...Object.fromEntries(Object.entries(kubelet()).filter(([title]) => !(title in changes))),
    'stage the kubeadm configuration': '',
    'list control plane sandboxes': '\n{"items":[]}',
    'read the shared certificates': () => (hasSharedCerts ? shared : ''),
    'read the service-account keys':
      changes['read the service-account keys'] ?? (() => (hasSharedCerts ? serviceAccountKey : '')),
    'create the shared certificates': receive,
    'install the shared certificates': ({ options }) => (options.input ? receive() : ''),
    'read the leaf certificates': () => (isIssued ? issued(name) : ''),
    'issue certificates and kubeconfigs': () => {
      isIssued = true
      return ''
    },
    'sign a kubeconfig for *': facts({ sealed: 'sealed key', conf: 'kubeconfig' }),
    'prepare to receive a secret': received,
    'seal shared keys for another control plane': 'sealed keys',
    'find missing manifests of *': compare,
    'compare the mounts of static pods with the disk': '',
    ...etcdOnDisk,
    'read the write-ahead log of etcd':
      changes['read the write-ahead log of etcd'] ?? etcdOnDisk['read the write-ahead log of etcd'],
    'find what runs with an expired certificate': '',
    'find an API server that is older than its certificate for kubelets': '',
    'check that etcd has its data': facts({ present: 'yes' }),
    'stage the manifests': '',
    'wait for port *': '',
    'read the status of etcd': changes['read the status of etcd'] ?? etcdAnswer(1, 5, 12),
    'install the manifest of *': install,
    'check for a controller manager': facts({ installed: 'kube-controller-manager-restricted' }),
    'wait until the API server is ready': '',
    'get *': api(nodes),
    'read the signing keys of tokens in Secrets':
      changes['read the signing keys of tokens in Secrets'] ?? facts({ tokens: `${header} false default/legacy` }),
    'set the log level of the API server*': '',
    'find objects with a lost CA or token': facts({ Secret: 'cluster-ca default/ci\n' }),
    'find Helm releases with a lost CA or token': '',
    'read how leaders are elected': elections,
    'read the current leaders': () =>
      `${elections}${apiAnswer({ items: leases.map((lease) => ledBy(lease, `${nodes[0] ?? ''}_1`)) })}`,
    'read the leader-election leases':
      changes['read the leader-election leases'] ?? (() => `${facts({ now: '0' })}${apiAnswer({ items: leases })}`),
    'hold the leader-election leases': () => {
      leases = leasesToHold({ items: leases }, 0).map(({ lease }) => JSON.parse(lease) as Json)
      return ''
    },
    'release the leader-election leases': () => {
      leases = leasesToRelease({ items: leases }, 0).map(({ lease }) => JSON.parse(lease) as Json)
      return ''
    },
    'check for the restricted controller manager': () => facts({ restricted: hasRestricted ? 'yes' : '' }),
    'stop the restricted controller manager': () => {
      hasRestricted = false
      return ''
    },
  })
  node.files.set('/etc/kubernetes/pki/ca.crt', ca)
  node.files.set('/etc/kubernetes/pki/front-proxy-ca.crt', ca)
  node.files.set('/etc/kubernetes/pki/etcd/ca.crt', ca)
  return node
}

/** A worker of a cluster that lost its control planes: all is there, of the old CA. */
export function lostWorker(name: string): FakeNode {
  return fakeNode(name, 'worker', {
    ...kubelet(),
    'check for a staged kubeconfig': '',
    'stage the kubeconfig of kubelet': '',
    'prepare to receive a secret': received,
    'read the kubeconfig of kubelet': '',
  })
}
