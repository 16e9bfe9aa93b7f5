import type { KubeConfig } from '@kubernetes/client-node'
import { describe, expect, test } from 'vitest'
import type { Cluster } from '../model/cluster.ts'
import type { OwnProbe } from '../model/own-workload.ts'
import { resolveProbes } from './resolve-probes.ts'

const pods = [
  { spec: { nodeName: 'other' }, status: { phase: 'Running', podIP: '10.244.2.2' } },
  { spec: { nodeName: 'first' }, status: { phase: 'Running', podIP: '10.244.1.2' } },
]
const services: Readonly<Record<string, object>> = {
  shop: { clusterIP: '10.96.0.7', ports: [{ port: 80, nodePort: 30080 }] },
  headless: { clusterIP: 'None', ports: [{ port: 80 }] },
}

/** An API with these pods and Services. */
function api(ready = true): KubeConfig {
  const client = {
    listNamespacedPod: async () => ({ items: pods }),
    readNamespacedService: async ({ name }: { readonly name: string }) => {
      const spec = services[name]
      if (!spec) throw new Error('404')
      return { spec }
    },
    listNamespacedEndpointSlice: async () => ({ items: [{ endpoints: [{ conditions: { ready } }] }] }),
  }
  return { makeApiClient: () => client } as unknown as KubeConfig
}

const cluster = {
  workers: [
    { name: 'first', address: '172.18.0.3' },
    { name: 'other', address: '172.18.0.4' },
  ],
} as unknown as Cluster
const probe = (to: object, change: Partial<OwnProbe> = {}): OwnProbe => ({
  ...{ id: 'shop', title: 'The shop', path: '/x?y=1', connection: 'new', status: 204, identity: false },
  to: { namespace: 's', port: 80, ...to } as OwnProbe['to'],
  ...change,
})
const resolved = (one: OwnProbe, config = api()) =>
  resolveProbes([one], () => Promise.resolve(config), cluster, {
    prefix: 'own-',
    signal: AbortSignal.timeout(300),
  })

test.each([
  ['a Service', { service: 'shop' }, 'http://10.96.0.7:80/x?y=1'],
  ['a node port', { nodePort: 'shop' }, 'http://172.18.0.4:30080/x?y=1'],
  ['a pod', { pod: 'app=shop' }, 'http://10.244.1.2:80/x?y=1'],
])('%s is probed by a literal address', async (_, to, target) => {
  expect(await resolved(probe(to))).toEqual([
    { id: 'own-shop', title: 'The shop', target, connection: 'new', status: 204 },
  ])
})

test('where the answer tells who gave it, that is demanded and not the status alone', async () => {
  expect((await resolved(probe({ service: 'shop' }, { identity: true })))[0]).not.toHaveProperty('status')
})

describe('is waited for', () => {
  test.each<[string, OwnProbe, KubeConfig]>([
    ['a Service that is not there', probe({ service: 'gone' }), api()],
    ['a Service without an address', probe({ service: 'headless' }), api()],
    ['a Service without an endpoint', probe({ service: 'shop' }), api(false)],
    ['a port that it does not have', probe({ service: 'shop', port: 81 }), api()],
    ['a node port that it does not have', probe({ nodePort: 'headless' }), api()],
  ])('%s', async (_, one, config) => {
    await expect(resolved(one, config)).rejects.toThrow()
  })
})
