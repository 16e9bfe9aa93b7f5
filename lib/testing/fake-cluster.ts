import { ca, leaf, publicKey, publicKeyId } from './certificates.ts'
import { etcdOnDisk } from './etcd-bytes.ts'
import { facts, fakeNode, type Answer, type FakeCommand, type FakeNode } from './fake-node.ts'

const lookAround = facts({ route: '[{"prefsrc":"10.0.0.1"}]' })
const shared = [
  'ca.crt',
  'ca.key',
  'front-proxy-ca.crt',
  'front-proxy-ca.key',
  'etcd/ca.crt',
  'etcd/ca.key',
  'sa.key',
  'sa.pub',
]
const components = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler']
const certificates = [
  'apiserver',
  'apiserver-kubelet-client',
  'front-proxy-client',
  'apiserver-etcd-client',
  'etcd/server',
  'etcd/peer',
  'etcd/healthcheck-client',
]
const kubeconfigs = ['admin', 'kubelet', 'controller-manager', 'scheduler'].map((name) => `${name}.conf`)
const issued = facts({
  ...Object.fromEntries(['ca.crt', 'front-proxy-ca.crt', 'etcd/ca.crt'].map((name) => [name, ca])),
  ...Object.fromEntries(
    certificates.flatMap((name) => [
      [`${name}.crt`, leaf],
      [`key-of:${name}.crt`, 'yes'],
    ]),
  ),
  ...Object.fromEntries(
    kubeconfigs.flatMap((name) => [
      [name, leaf],
      [`ca-of:${name}`, ca],
    ]),
  ),
  ...Object.fromEntries(components.map((name) => [name, 'yes'])),
})
const header = Buffer.from(JSON.stringify({ kid: publicKeyId })).toString('base64url')
const after = '2026-11-24T02:00:05Z'

/** What etcd on a control plane answers. */
export const etcdAnswer = (members: number, namespaces: number, pods: number): string => `${JSON.stringify({
  header: { cluster_id: 1, member_id: 2 },
  members: Array(members).fill({}),
})}
"Count" : ${namespaces}
"Count" : ${pods}
`

/** A kubelet that knows the new CA after it was restarted, and no CA before. */
function kubelet(): Readonly<Record<string, Answer>> {
  const startedAt = String(Date.parse('2026-11-24T02:00:00Z') / 1000)
  let isNew = false
  const identity = () =>
    isNew ? { 'trusted-ca': ca, 'client-certificate': leaf, 'callers-ca': ca, 'configured-at': startedAt } : {}
  return {
    'look for what an earlier repair left at work, and end it': '',
    'look around': lookAround,
    'remember which CAs were known': '',
    'see which identity kubelet has': () => facts({ ...identity(), 'started-at': startedAt }),
    'see which CA pods are given': '',
    'look for refused API clients': '',
    'give kubelet its new identity': () => {
      isNew = true
      return 'set-aside: /var/lib/kubelet/pki/kubelet-client-current.pem\n'
    },
  }
}

/** The API of a cluster with these Nodes, in which everything is as it should be once the kubelets are back. */
function api(nodes: readonly string[]): (command: FakeCommand) => string {
  const kubeconfig = `clusters: [{ cluster: { certificate-authority-data: ${Buffer.from(ca).toString('base64')} } }]`
  const status = { conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: after }] }
  const answers: readonly (readonly [RegExp, unknown])[] = [
    [/kube-node-lease\/leases$/, { items: nodes.map((name) => ({ metadata: { name }, spec: { renewTime: after } })) }],
    [/kube-system\/leases\/.*$/, { spec: { holderIdentity: 'somebody' } }],
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
    return paths.map((path) => `${JSON.stringify(answers.find(([pattern]) => pattern.test(path))?.[1])}\n`).join('')
  }
}

/** A control plane as the disaster leaves it; it comes back as it is repaired. `changes` replace answers. */
export function lostMaster(
  name: string,
  nodes: readonly string[],
  changes: Readonly<Record<string, Answer>> = {},
): FakeNode {
  const installed = new Set<string>()
  let hasAuthorities = false
  let isIssued = false
  let isGagged = true
  const receive = () => {
    hasAuthorities = true
    return ''
  }
  const install = ({ title }: FakeCommand) => {
    installed.add(title.replace('install the manifest of ', ''))
    return ''
  }
  const compare = ({ title }: FakeCommand) => {
    const wanted = title.replace('compare manifests of ', '').split(', ')
    return wanted.every((component) => component === 'etcd' || installed.has(component)) ? '' : 'no\n'
  }
  const node = fakeNode(name, 'control-plane', {
    ...changes,
    ...Object.fromEntries(Object.entries(kubelet()).filter(([title]) => !(title in changes))),
    'lay the kubeadm configuration ready': '',
    'list the sandboxes of the control plane': '\n{"items":[]}',
    'see which authorities are there': () => (hasAuthorities ? shared.map((file) => `0a  ${file}\n`).join('') : ''),
    'make the authorities': receive,
    'pack the authorities': 'packed-private-keys',
    'install the authorities': receive,
    'see which certificates are there': () => (isIssued ? issued : ''),
    'issue certificates and kubeconfigs': () => {
      isIssued = true
      return ''
    },
    'sign a kubeconfig for *': 'kubeconfig-with-a-key',
    'compare manifests of *': compare,
    ...etcdOnDisk,
    'look for the data of etcd': changes['look for the data of etcd'] ?? etcdOnDisk['look for the data of etcd'],
    'make sure that etcd has its data': 'present',
    'lay the manifests ready': '',
    'wait for port *': '',
    'ask etcd how it is': changes['ask etcd how it is'] ?? etcdAnswer(1, 5, 12),
    'install the manifest of *': install,
    'read the manifest of the controller manager': '',
    'wait until the API server is ready': '',
    'get *': api(nodes),
    'see which key signed the tokens in Secrets': `${header} default/legacy\n`,
    'set how much the API server says*': '',
    'release the leases of dead leaders': '',
    'look for the gagged controller manager': () => (isGagged ? 'gagged' : ''),
    'end the gagged controller manager': () => {
      isGagged = false
      return ''
    },
  })
  node.files.set('/etc/kubernetes/pki/ca.crt', ca)
  node.files.set('/etc/kubernetes/pki/front-proxy-ca.crt', ca)
  node.files.set('/etc/kubernetes/pki/sa.pub', publicKey)
  return node
}

/** A worker of a cluster that lost its control planes: all is there, of the old CA. */
export function lostWorker(name: string): FakeNode {
  return fakeNode(name, 'worker', {
    ...kubelet(),
    'see whether a kubeconfig lies ready': '',
    'lay the kubeconfig of kubelet ready': '',
  })
}
