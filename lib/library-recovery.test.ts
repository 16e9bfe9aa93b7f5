import { describe, expect, it } from 'vitest'
import { GateError } from './errors.ts'
import { libraryRecovery } from './library-recovery.ts'
import { runSteps } from './step.ts'
import { ca, leaf, publicKey } from './testing/certificates.ts'
import { facts, fakeContext, fakeNode, type Answer, type FakeNode } from './testing/fake-node.ts'
import { plain } from './testing/kubeadm-config.ts'

const lookAround = facts({ route: '[{"prefsrc":"10.0.0.1"}]' })
const sums = [
  'ca.crt',
  'ca.key',
  'front-proxy-ca.crt',
  'front-proxy-ca.key',
  'etcd/ca.crt',
  'etcd/ca.key',
  'sa.key',
  'sa.pub',
]
const stale = facts({ 'trusted-ca': leaf })
const etcd = (members: number, namespaces: number, pods: number) =>
  `{"header":{"cluster_id":1111111111111111111,"member_id":2},"members":[${Array(members).fill('{}').join(',')}]}\n"Count" : ${namespaces}\n"Count" : ${pods}\n`

/** A control plane as the disaster leaves it, up to the start of the API servers. */
function master(name: string, changes: Readonly<Record<string, Answer>> = {}): FakeNode {
  let made = ''
  let issued = ''
  const node = fakeNode(name, 'control-plane', {
    ...changes,
    'look around': changes['look around'] ?? lookAround,
    'lay the kubeadm configuration ready': '',
    'list the sandboxes of the control plane': '\n{"items":[]}',
    'see which authorities are there': () => made,
    'make the authorities': () => {
      made = sums.map((file) => `0a  ${file}\n`).join('')
      return ''
    },
    'pack the authorities': 'cGFja2Vk',
    'install the authorities': () => {
      made = sums.map((file) => `0a  ${file}\n`).join('')
      return ''
    },
    'see which certificates are there': () => issued,
    'issue certificates and kubeconfigs': () => {
      issued = issuedFacts
      return ''
    },
    'sign a kubeconfig for *': 'kubeconfig-with-a-key',
    'compare manifests of *': 'no',
    'see which identity kubelet has': stale,
    'look for the data of etcd': changes['look for the data of etcd'] ?? 'present',
    'give kubelet its new identity': 'set-aside: /var/lib/kubelet/pki/kubelet-client-current.pem\n',
    'wait for port *': '',
    'install the manifest of etcd': '',
    'ask etcd how it is': changes['ask etcd how it is'] ?? etcd(1, 5, 12),
    'install the manifest of kube-apiserver': '',
  })
  node.files.set('/etc/kubernetes/pki/ca.crt', ca)
  node.files.set('/etc/kubernetes/pki/sa.pub', publicKey)
  return node
}

const certificates = [
  'apiserver',
  'apiserver-kubelet-client',
  'front-proxy-client',
  'apiserver-etcd-client',
  'etcd/server',
  'etcd/peer',
  'etcd/healthcheck-client',
]
const issuedFacts = facts({
  'ca.crt': ca,
  'front-proxy-ca.crt': ca,
  'etcd/ca.crt': ca,
  ...Object.fromEntries(
    certificates.flatMap((name) => [
      [`${name}.crt`, leaf],
      [`key-of:${name}.crt`, 'yes'],
    ]),
  ),
  ...Object.fromEntries(
    ['admin', 'kubelet', 'controller-manager', 'scheduler'].flatMap((name) => [
      [`${name}.conf`, leaf],
      [`ca-of:${name}.conf`, ca],
    ]),
  ),
  ...Object.fromEntries(
    ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'].map((name) => [name, 'yes']),
  ),
})

const worker = () =>
  fakeNode('worker-1', 'worker', {
    'look around': lookAround,
    'see which identity kubelet has': stale,
    'see whether a kubeconfig lies ready': '',
    'lay the kubeconfig of kubelet ready': '',
  })

async function recover(nodes: readonly FakeNode[]) {
  const context = fakeContext(nodes, plain)
  const steps = await libraryRecovery.plan(context.inventory)
  const error = await runSteps(steps, context).catch((cause: unknown) => cause)
  const titles = nodes.flatMap(({ name, commands }) => commands.map(({ title }) => `${name}: ${title}`))
  return { error, titles, events: context.events }
}

const wroteApiServer = (titles: readonly string[]) =>
  titles.some((title) => title.includes('install the manifest of kube-apiserver'))

describe('plan', () => {
  it('is the proved order: etcd and its gate, API servers, trust, kubelets, and only then who could evict', async () => {
    const steps = await libraryRecovery.plan(fakeContext([fakeNode('m', 'control-plane', {})], '').inventory)
    const at = (id: string) => steps.findIndex((step) => step.id === id)
    const order = [
      'look-around',
      'remove-control-plane-sandboxes',
      'restore-authorities',
      'issue-certificates',
      'start-etcd',
      'check-etcd',
      'start-api-servers',
      'start-gagged-controller-manager',
      'publish-root-ca',
      'restart-kubelets',
      'await-kubelets',
      'start-controller-manager',
      'confirm',
    ]
    expect(order.map(at)).toEqual(order.map(at).toSorted((one, other) => one - other))
    expect(Math.min(...order.map(at))).toBe(0)
    expect(new Set(steps.map(({ id }) => id)).size).toBe(steps.length)
    for (const { id } of steps) expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/)
  })

  it.each([
    ['no control plane', [fakeNode('w', 'worker', {})], 'names no control plane'],
    ['a machine twice', [fakeNode('m', 'control-plane', {}), fakeNode('m', 'worker', {})], 'm twice'],
  ])('refuses %s', async (_, nodes, words) => {
    const planned = libraryRecovery.plan(fakeContext(nodes, plain).inventory)
    await expect(planned).rejects.toThrow(GateError)
    await expect(planned).rejects.toThrow(words)
  })

  it('refuses a worker among the control planes', async () => {
    const inventory = { controlPlanes: [fakeNode('w', 'worker', {})], workers: [], kubeadmConfig: plain }
    await expect(libraryRecovery.plan(inventory)).rejects.toThrow('w is a worker')
  })
})

describe('the gates', () => {
  it('starts API servers when etcd is the old one', async () => {
    const { titles, events } = await recover([master('m1'), worker()])
    expect(wroteApiServer(titles)).toBe(true)
    expect(events).toContainEqual({ type: 'milestone.reached', milestone: 'etcd-healthy' })
    expect(events).toContainEqual({
      type: 'file.set-aside',
      node: 'm1',
      path: '/var/lib/kubelet/pki/kubelet-client-current.pem',
    })
  })

  it('starts nothing at all on an empty data directory, on whichever control plane', async () => {
    const { error, titles } = await recover([master('m1'), master('m2', { 'look for the data of etcd': '' })])
    expect(error).toMatchObject({ step: 'start-etcd', cause: { name: 'GateError' } })
    expect(String(error)).toContain('m2')
    expect(titles.filter((title) => title.includes('give kubelet its new identity'))).toEqual([])
    expect(wroteApiServer(titles)).toBe(false)
  })

  it.each([
    ['etcd has no pods', etcd(1, 5, 0)],
    ['etcd is empty', etcd(1, 0, 0)],
    ['etcd has more members than the inventory control planes', etcd(3, 5, 12)],
  ])('starts no API server when %s', async (_, answer) => {
    const { error, titles } = await recover([master('m1', { 'ask etcd how it is': answer }), worker()])
    expect(error).toMatchObject({ step: 'check-etcd', cause: { name: 'GateError' } })
    expect(wroteApiServer(titles)).toBe(false)
  })

  it('changes nothing when a machine is not the one that was listed', async () => {
    const strange = facts({ route: '[{"prefsrc":"10.0.0.1"}]', 'kubelet-certificate': leaf })
    const { error, titles } = await recover([master('m1', { 'look around': strange }), worker()])
    expect(error).toMatchObject({ step: 'look-around', cause: { name: 'GateError' } })
    expect(titles).toEqual(['m1: look around', 'worker-1: look around'])
  })
})

it('lets no command that prints or carries a key onto the record, and none show it in its arguments', async () => {
  const nodes = [master('m1'), master('m2', { 'ask etcd how it is': etcd(2, 5, 12) }), worker()]
  await recover(nodes)
  const commands = nodes.flatMap((node) => node.commands)
  const carriers = commands.filter(
    ({ options, title }) => options.secret || /pack|install the auth|sign|kubeconfig of kubelet/.test(title),
  )
  expect(new Set(carriers.map(({ title }) => title.replace(/:.*|system.*/, '')))).toEqual(
    new Set([
      'pack the authorities',
      'install the authorities',
      'sign a kubeconfig for ',
      'lay the kubeconfig of kubelet ready',
    ]),
  )
  expect(carriers.every(({ options }) => options.secret)).toBe(true)
  for (const { script } of commands) expect(script).not.toMatch(/cGFja2Vk|kubeconfig-with-a-key|PRIVATE KEY/)
})

it('makes the authorities once, and copies them before anything is signed with them', async () => {
  const { titles } = await recover([
    master('m1', { 'ask etcd how it is': etcd(2, 5, 12) }),
    master('m2', { 'ask etcd how it is': etcd(2, 5, 12) }),
  ])
  expect(titles.filter((title) => title.includes('make the authorities'))).toEqual(['m1: make the authorities'])
  const m2 = titles.filter((title) => title.startsWith('m2: '))
  expect(m2.indexOf('m2: install the authorities')).toBeLessThan(m2.indexOf('m2: issue certificates and kubeconfigs'))
})
