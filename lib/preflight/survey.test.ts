import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { advertiseAddress } from './advertise-address.ts'
import { PreconditionError } from '../engine/errors.ts'
import { parseKubeadmConfig } from '../kubeadm/kubeadm-config.ts'
import { parseNodeFacts } from './node-facts.ts'
import type { NodeFacts } from '../model.ts'
import { refuseWrongNode } from './right-node.ts'
import { etcdOnDisk, keyValue, storedConfigMap } from '../testing/etcd-bytes.ts'
import { facts as printed, fakeContext, fakeNode } from '../testing/fake-node.ts'
import { plain, v1beta4 } from '../testing/kubeadm-config.ts'
import { surveyed } from '../testing/surveyed.ts'

const config = parseKubeadmConfig(v1beta4)
const master1 = fakeNode('master-1', 'control-plane', { 'read node facts': '' })
const master2 = fakeNode('master-2', 'control-plane', { 'read node facts': '' })
const worker = fakeNode('worker-1', 'worker', { 'read node facts': '' })
const facts = (some: Partial<NodeFacts>): NodeFacts => ({ ...parseNodeFacts(''), ...some })

const withoutConfig = (context: ReturnType<typeof fakeContext>) => {
  const { controlPlanes, workers } = context.inventory
  return { ...context, inventory: { controlPlanes, workers } }
}

describe('advertiseAddress', () => {
  it('is the operator’s on the machine that the configuration was written for', () => {
    expect(advertiseAddress(master1, facts({ addresses: ['10.0.0.1'], nodeIp: '10.0.0.7' }), config)).toBe('10.0.0.1')
  })

  it('is kubelet’s on another machine, else that of the default route', () => {
    expect(advertiseAddress(master2, facts({ nodeIp: '10.0.0.2', routeAddress: '10.0.0.3' }), config)).toBe('10.0.0.2')
    expect(advertiseAddress(master2, facts({ routeAddress: '10.0.0.3' }), config)).toBe('10.0.0.3')
  })

  it('refuses a configuration that gives a machine an address it does not have', () => {
    const at = () => advertiseAddress(master1, facts({ addresses: ['192.168.1.1'] }), config)
    expect(at).toThrow(PreconditionError)
    expect(at).toThrow('10.0.0.1')
  })

  it('refuses a machine without any address', () =>
    expect(() => advertiseAddress(worker, facts({}), config)).toThrow(PreconditionError))
})

describe('refuseWrongNode', () => {
  it('accepts a machine under its own name, and one whose kubelet has no certificate', () => {
    refuseWrongNode(master1, facts({ kubeletUser: 'system:node:master-1', etcdDataDir: '/var/lib/etcd' }))
    refuseWrongNode(worker, facts({}))
  })

  it.each([
    ['a machine under another’s name', master2, { kubeletUser: 'system:node:master-1' }, 'wrong-machine'],
    ['a control plane listed as a worker', worker, { etcdDataDir: '/var/lib/etcd' }, 'worker-holds-etcd'],
  ])('refuses %s', (_, node, some, reason) => {
    expect(() => refuseWrongNode(node, facts(some))).toThrow(PreconditionError)
    expect(() => refuseWrongNode(node, facts(some))).toThrow(expect.objectContaining({ reason }) as Error)
  })
})

describe('surveyCluster', () => {
  it('asks every machine once', async () => {
    const route = Buffer.from('[{"prefsrc":"10.0.0.5"}]').toString('base64')
    const nodes = [
      fakeNode('m1', 'control-plane', { 'read node facts': `route ${route}`, ...etcdOnDisk }),
      fakeNode('w1', 'worker', { 'read node facts': `route ${route}` }),
    ]
    const context = fakeContext(nodes, plain)
    const cluster = await surveyed(context)
    expect(cluster.first.address).toBe('10.0.0.5')
    expect(cluster.workers.map(({ node }) => node.name)).toEqual(['w1'])
    expect(nodes.map(({ commands }) => commands.filter(({ title }) => title === 'read node facts').length)).toEqual([
      1, 1,
    ])
  })

  it.each([
    ['the first control plane, where none serves the API', [], 'm1'],
    ['the first that does', ['m2', 'm3'], 'm2'],
  ])('does what is done once on %s', async (_, serving, expected) => {
    const nodes = ['m1', 'm2', 'm3'].map((name) =>
      fakeNode(name, 'control-plane', {
        ...etcdOnDisk,
        'read node facts': printed({
          route: '[{"prefsrc":"10.0.0.5"}]',
          'api-status': serving.includes(name) ? '401' : '000',
        }),
      }),
    )
    const { first, controlPlanes } = await surveyed(fakeContext(nodes, plain))
    expect([first.node.name, ...controlPlanes.map(({ node }) => node.name)]).toEqual([expected, 'm1', 'm2', 'm3'])
  })

  it.each([
    ['on the first control plane', ['m1'], true],
    ['on another control plane', ['m2'], true],
    ['nowhere', [], false],
  ])('knows that a killed repair created a CA or the service-account key: %s', async (_, created, expected) => {
    const nodes = ['m1', 'm2'].map((name) =>
      fakeNode(name, 'control-plane', {
        ...etcdOnDisk,
        'read node facts': printed({
          route: '[{"prefsrc":"10.0.0.5"}]',
          ...(created.includes(name) ? { created: 'sa.key\nsa.pub' } : {}),
        }),
      }),
    )
    expect((await surveyed(fakeContext(nodes, plain))).learned.created.has('sa.key')).toBe(expected)
  })

  it('refuses missing operator files of the control plane, with the whole list', async () => {
    const node = fakeNode('master-1', 'control-plane', {
      'read node facts': printed({ addresses: '[{"addr_info":[{"local":"10.0.0.1"}]}]' }),
      ...etcdOnDisk,
      'find missing operator files': printed({ missing: '/srv/audit/policy.yaml' }),
    })
    const asked = surveyed(fakeContext([node], v1beta4))
    await expect(asked).rejects.toThrow(PreconditionError)
    await expect(asked).rejects.toThrow('/srv/audit/policy.yaml on master-1')
  })

  it('needs no operator’s file where etcd holds the configuration, and says so where it does not', async () => {
    const answers = {
      'read node facts': `route ${Buffer.from('[{"prefsrc":"10.0.0.5"}]').toString('base64')}`,
      ...etcdOnDisk,
    }
    const nothing = surveyed(withoutConfig(fakeContext([fakeNode('m1', 'control-plane', answers)], '')))
    await expect(nothing).rejects.toThrow('no kubeadm configuration was given')
    const [document = ''] = v1beta4.split('---\n')
    const value = storedConfigMap({ ClusterConfiguration: document.replace(/apiServer:[\s\S]*/, '') })
    const window = keyValue('/registry/configmaps/kube-system/kubeadm-config', 4, value).toString('base64')
    const found = { ...answers, 'find objects in the etcd database': gzipSync(`${window}\n`).toString('base64') }
    const cluster = await surveyed(withoutConfig(fakeContext([fakeNode('m1', 'control-plane', found)], '')))
    expect(cluster.config.cluster['clusterName']).toBe('prod')
    expect(cluster.first.storedKeys).toEqual(['/registry/configmaps/kube-system/kubeadm-config'])
  })

  it('rejects with every machine that cannot be asked', async () => {
    const context = fakeContext(
      [fakeNode('m1', 'control-plane', { 'read node facts': new Error('not reached') })],
      plain,
    )
    await expect(surveyed(context)).rejects.toThrow(PreconditionError)
    await expect(surveyed(context)).rejects.toThrow(/m1 .*not reached/)
  })
})
