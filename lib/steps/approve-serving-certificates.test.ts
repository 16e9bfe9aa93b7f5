import { etcdOnDisk } from '../testing/etcd-bytes.ts'
import { expect, it, onTestFinished, vi } from 'vitest'
import { runSteps } from '../engine/step.ts'
import { ca, leaf, publicKey } from '../testing/certificates.ts'
import { apiAnswer, facts, fakeContext, fakeNode, type FakeCommand } from '../testing/fake-node.ts'
import { plain } from '../testing/kubeadm-config.ts'
import { surveyed } from '../testing/surveyed.ts'
import * as requests from '../testing/serving-requests.ts'
import { approveServingCertificates } from './approve-serving-certificates.ts'

const csr = (name: string, node: string, pem: string) => ({
  metadata: { name },
  spec: {
    signerName: 'kubernetes.io/kubelet-serving',
    username: `system:node:${node}`,
    groups: ['system:nodes'],
    usages: ['digital signature', 'server auth'],
    request: Buffer.from(pem).toString('base64'),
  },
})
const nodeObject = (name: string, ...addresses: readonly string[]) => ({
  metadata: { name },
  status: { addresses: addresses.map((address) => ({ type: 'InternalIP', address })) },
})

/** A worker that asks for its serving certificate, and a control plane that does not. */
function cluster(
  asked: readonly ReturnType<typeof csr>[],
  renewed = 'yes',
  onInterfaces: readonly string[] = ['10.0.0.5', 'fd00::5', '10.0.0.1'],
) {
  const approved = new Set<string>()
  const preflight = facts({
    addresses: JSON.stringify([{ addr_info: onInterfaces.map((local) => ({ local })) }]),
    route: '[{"prefsrc":"10.0.0.5"}]',
    'kubelet-config': 'serverTLSBootstrap: true',
  })
  const decide = ({ title, options }: FakeCommand) => {
    if (options.input?.toString().includes('"type":"Approved"')) approved.add(title.split(' ').at(-1) ?? '')
    return ''
  }
  const nodes = { items: [nodeObject('m1', '10.0.0.1'), nodeObject('w1', '10.0.0.5', 'fd00::5')] }
  const controlPlane = fakeNode('m1', 'control-plane', {
    'read node facts': facts({ route: '[{"prefsrc":"10.0.0.1"}]' }),
    ...etcdOnDisk,
    'get /apis/certificates*': apiAnswer({ items: asked }, nodes, { items: [] }),
    'decide on the certificate request *': decide,
  })
  controlPlane.files.set('/etc/kubernetes/pki/ca.crt', ca)
  controlPlane.files.set('/etc/kubernetes/pki/sa.pub', publicKey)
  const worker = fakeNode('w1', 'worker', {
    'read node facts': preflight,
    ...etcdOnDisk,
    'read the serving certificate of kubelet': () => facts({ renewed, certificate: approved.size > 0 ? leaf : '' }),
  })
  const decisions = () =>
    controlPlane.commands.filter(({ title }) => title.startsWith('decide')).map(({ title }) => title)
  return { context: fakeContext([controlPlane, worker], plain), approved, decisions }
}

it('approves the machine’s own names, denies others, and ignores requests of unknown machines', async () => {
  const { context, approved, decisions } = cluster([
    csr('bad', 'w1', requests.foreignName),
    csr('of-the-master', 'w1', requests.foreignAddress),
    csr('good', 'w1', requests.right),
    csr('strange', 'w9', requests.right),
  ])
  await runSteps([approveServingCertificates], await surveyed(context), context)
  expect(approved).toEqual(new Set(['good']))
  expect(decisions()).toHaveLength(3)
  const denied = context.events.filter(({ type }) => type === 'request.denied')
  expect(denied).toEqual([
    {
      type: 'request.denied',
      node: 'w1',
      request: 'bad',
      reason: 'kubernetes.default.svc is a name of the API or of a Service',
    },
    { type: 'request.denied', node: 'w1', request: 'of-the-master', reason: "10.0.0.1 is not w1's" },
  ])
})

it('names a machine whose kubelet gets none in time, and goes on', async () => {
  let now = 0
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 20_000))
  onTestFinished(() => clock.mockRestore())
  const { context } = cluster([csr('bad', 'w1', requests.foreignName)])
  await runSteps([approveServingCertificates], await surveyed(context), context)
  expect(context.events).toContainEqual({
    type: 'node.left',
    node: 'w1',
    reason: expect.stringContaining('it has no serving certificate') as string,
  })
})

it('has nothing to do where kubelets sign for themselves', async () => {
  const { context } = cluster([])
  const [controlPlane] = context.inventory.controlPlanes
  const alone = fakeContext(controlPlane ? [controlPlane] : [], plain)
  await runSteps([approveServingCertificates], await surveyed(alone), alone)
  expect(alone.events).toContainEqual(expect.objectContaining({ type: 'step.skipped' }))
})

it('leaves the requests of a kubelet that was given no new identity to whoever decides on them', async () => {
  const { context, decisions } = cluster([csr('good', 'w1', requests.right)], '')
  await runSteps([approveServingCertificates], await surveyed(context), context)
  expect(decisions()).toEqual([])
})

it('leaves to an operator what only the Node itself says, and names it at once', async () => {
  const { context, decisions } = cluster([csr('good', 'w1', requests.right)], 'yes', ['10.0.0.5'])
  await runSteps([approveServingCertificates], await surveyed(context), context)
  expect(decisions()).toEqual([])
  expect(context.events).toContainEqual({
    type: 'node.left',
    node: 'w1',
    reason: expect.stringContaining('good names fd00::5, which is on no interface there') as string,
  })
})
