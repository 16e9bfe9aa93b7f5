import { expect, test } from 'vitest'
import type { NodeState } from '../../model.ts'
import { servingNodes } from './own-names.ts'

interface Machine {
  /** On its interfaces; the first is that of its Node. */
  readonly addresses?: readonly string[]
  readonly virtualAddresses?: readonly string[]
}

const host = (name: string, { addresses = ['10.0.0.5'], virtualAddresses = [] }: Machine) =>
  ({ node: { name }, address: addresses[0], facts: { addresses, virtualAddresses } }) as unknown as NodeState

/** @param endpoints of the API */
function ownOf(machine: Machine, claims: readonly string[], endpoints: readonly string[] = [], services: object = {}) {
  const own = host('w1', machine)
  const nodeOf = (name: string, addresses: readonly string[]) => ({
    metadata: { name },
    status: { addresses: addresses.map((address) => ({ address })) },
  })
  const [found] = servingNodes([own], {
    machines: [own, host('m1', { addresses: ['10.0.0.1', '10.0.0.200'] })],
    nodes: { items: [nodeOf('w1', claims), nodeOf('m1', ['10.0.0.1']), nodeOf('gone', ['10.0.0.7', 'gone.example'])] },
    services: { items: [services] },
    api: { isServiceAddress: (address) => address.startsWith('10.96.'), endpoints: new Set(endpoints) },
  })
  return [found?.addresses, found?.unproven]
}

test.each<[string, Parameters<typeof ownOf>, readonly string[], readonly string[]]>([
  ['what Node and interfaces have', [{}, ['10.0.0.5', 'w1']], ['10.0.0.5', 'w1'], []],
  ['its name in a domain', [{}, ['10.0.0.5', 'W1.example']], ['10.0.0.5', 'W1.example'], []],
  [
    'not what only an interface has, such as a virtual address',
    [{ addresses: ['10.0.0.5', '10.0.0.100'] }, ['10.0.0.5']],
    ['10.0.0.5'],
    [],
  ],
  [
    'no virtual address that it holds, though its Node claims it',
    [{ addresses: ['10.0.0.5', '10.0.0.100'], virtualAddresses: ['10.0.0.100'] }, ['10.0.0.5', '10.0.0.100']],
    ['10.0.0.5'],
    [],
  ],
  ['no address of a Service', [{ addresses: ['10.0.0.5', '10.96.0.1'] }, ['10.0.0.5', '10.96.0.1']], ['10.0.0.5'], []],
  [
    'not those by which a Service is reached from outside',
    [
      { addresses: ['10.0.0.5', '192.0.2.1', '192.0.2.2'] },
      ['10.0.0.5', '192.0.2.1', '192.0.2.2', 'shop.example'],
      [],
      {
        spec: { clusterIP: 'None', externalIPs: ['192.0.2.1'] },
        status: { loadBalancer: { ingress: [{ ip: '192.0.2.2' }, { hostname: 'shop.example' }] } },
      },
    ],
    ['10.0.0.5'],
    [],
  ],
  [
    'not what another machine had, has or claims',
    [
      { addresses: ['10.0.0.5', '10.0.0.200', '10.0.0.7', '10.0.0.1'] },
      ['10.0.0.5', '10.0.0.200', '10.0.0.7', '10.0.0.1', 'm1', 'gone.example'],
    ],
    ['10.0.0.5'],
    [],
  ],
  [
    'neither endpoint nor certificate of the API',
    [{ addresses: ['10.0.0.5', '10.0.0.9'] }, ['10.0.0.5', '10.0.0.9', 'lb.example'], ['10.0.0.9', 'lb.example']],
    ['10.0.0.5'],
    [],
  ],
  [
    'the address of a single control plane, though it is the endpoint',
    [{}, ['10.0.0.5'], ['10.0.0.5']],
    ['10.0.0.5'],
    [],
  ],
  [
    'and an operator has to say whether a cloud’s are',
    [{}, ['10.0.0.5', '203.0.113.4', 'ec2.example']],
    ['10.0.0.5'],
    ['203.0.113.4', 'ec2.example'],
  ],
  ['however an address is spelled', [{ addresses: ['fd00::5'] }, ['FD00:0::5']], ['FD00:0::5'], []],
  ['no name of the API', [{}, ['10.0.0.5', 'kubernetes.default']], ['10.0.0.5'], []],
])('%s', (_, given, addresses, unproven) => {
  expect(ownOf(...given)).toEqual([addresses, unproven])
})
