import { describe, expect, it } from 'vitest'
import { GateError } from './errors.ts'
import { parseOperatorConfig } from './kubeadm/operator-config.ts'
import { readFacts, type MachineFacts } from './machine-facts.ts'
import { addressOf, refuseStranger, siteOf } from './site.ts'
import { fakeContext, fakeNode } from './testing/fake-node.ts'
import { plain, v1beta4 } from './testing/kubeadm-config.ts'

const config = parseOperatorConfig(v1beta4)
const master1 = fakeNode('master-1', 'control-plane', { 'look around': '' })
const master2 = fakeNode('master-2', 'control-plane', { 'look around': '' })
const worker = fakeNode('worker-1', 'worker', { 'look around': '' })
const facts = (some: Partial<MachineFacts>): MachineFacts => ({ ...readFacts('', config), ...some })

describe('addressOf', () => {
  it('is the operator’s on the machine that the configuration was written for', () => {
    expect(addressOf(master1, facts({ addresses: ['10.0.0.1'], nodeIp: '10.0.0.7' }), config)).toBe('10.0.0.1')
  })

  it('is kubelet’s on another machine, else that of the default route', () => {
    expect(addressOf(master2, facts({ nodeIp: '10.0.0.2', routeAddress: '10.0.0.3' }), config)).toBe('10.0.0.2')
    expect(addressOf(master2, facts({ routeAddress: '10.0.0.3' }), config)).toBe('10.0.0.3')
  })

  it('refuses a configuration that gives a machine an address it does not have', () => {
    const at = () => addressOf(master1, facts({ addresses: ['192.168.1.1'] }), config)
    expect(at).toThrow(GateError)
    expect(at).toThrow('10.0.0.1')
  })

  it('refuses a machine without any address', () =>
    expect(() => addressOf(worker, facts({}), config)).toThrow(GateError))
})

describe('refuseStranger', () => {
  it('accepts a machine under its own name, and one whose kubelet has no certificate', () => {
    refuseStranger(master1, facts({ kubeletUser: 'system:node:master-1', hasEtcdMember: true }))
    refuseStranger(worker, facts({}))
  })

  it.each([
    ['a machine under another’s name', master2, { kubeletUser: 'system:node:master-1' }, 'system:node:master-1'],
    ['a master listed as a worker', worker, { hasEtcdMember: true }, 'list it as a control plane'],
    [
      'a machine that lacks what nobody can make anew',
      master1,
      { missingFiles: ['/etc/kubernetes/enc.yaml'] },
      '/etc/kubernetes/enc.yaml',
    ],
  ])('refuses %s', (_, node, some, words) => {
    expect(() => refuseStranger(node, facts(some))).toThrow(GateError)
    expect(() => refuseStranger(node, facts(some))).toThrow(words)
  })
})

describe('siteOf', () => {
  it('asks every machine once', async () => {
    const route = Buffer.from('[{"prefsrc":"10.0.0.5"}]').toString('base64')
    const nodes = [
      fakeNode('m1', 'control-plane', { 'look around': `route ${route}` }),
      fakeNode('w1', 'worker', { 'look around': `route ${route}` }),
    ]
    const context = fakeContext(nodes, plain)
    const site = await siteOf(context)
    expect(await siteOf(context)).toBe(site)
    expect(site.first.address).toBe('10.0.0.5')
    expect(site.workers.map(({ node }) => node.name)).toEqual(['w1'])
    expect(nodes.map(({ commands }) => commands.length)).toEqual([1, 1])
  })

  it('asks again after a failure', async () => {
    const context = fakeContext([fakeNode('m1', 'control-plane', { 'look around': new Error('not reached') })], plain)
    await expect(siteOf(context)).rejects.toThrow('not reached')
    await expect(siteOf(context)).rejects.toThrow('not reached')
    expect((context.inventory.controlPlanes[0] as ReturnType<typeof fakeNode>).commands).toHaveLength(2)
  })
})
