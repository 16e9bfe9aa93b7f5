import type { KubeConfig } from '@kubernetes/client-node'
import { describe, expect, test } from 'vitest'
import type { Cluster } from '../model/cluster.ts'
import type { OwnProbe } from '../model/own-workload.ts'
import { podOn, resolveProbes } from './resolve-probes.ts'

const pods = [
  { metadata: { name: 'shop-2' }, spec: { nodeName: 'other' }, status: { phase: 'Running', podIP: '10.244.2.2' } },
  { metadata: { name: 'shop-1' }, spec: { nodeName: 'first' }, status: { phase: 'Running', podIP: '10.244.1.2' } },
]
const services: Readonly<Record<string, object>> = {
  shop: { clusterIP: '10.96.0.7', ports: [{ port: 80, nodePort: 30080 }] },
  'kube-dns': { clusterIP: '10.96.0.10', ports: [{ port: 53 }] },
  headless: { clusterIP: 'None', ports: [{ port: 80 }] },
}

/** An API with these pods and Services, in a cluster that kubeadm made with this configuration. */
function api(ready = true, ...networking: readonly string[]): KubeConfig {
  const configuration = [
    'apiVersion: kubeadm.k8s.io/v1beta4',
    'kind: ClusterConfiguration',
    'kubernetesVersion: v1.36.4',
  ]
  const client = {
    readNamespacedConfigMap: async () => ({
      data: { ClusterConfiguration: [...configuration, ...networking].join('\n') },
    }),
    listNamespacedPod: async () => ({ items: pods }),
    readNamespacedService: async ({ name }: { readonly name: string }) => {
      const spec = services[name]
      if (!spec) throw new Error('404')
      return { spec }
    },
    listNamespacedEndpointSlice: async () => ({
      items: [
        {
          endpoints: [
            { conditions: { ready }, nodeName: 'first', targetRef: { name: 'shop-1' } },
            { conditions: { ready }, nodeName: 'other', targetRef: { name: 'shop-2' } },
          ],
        },
      ],
    }),
  }
  return { makeApiClient: () => client } as unknown as KubeConfig
}

const cluster = {
  controlPlanes: [{ name: 'cp', address: '172.18.0.2' }],
  workers: [
    { name: 'first', address: '172.18.0.3' },
    { name: 'other', address: '172.18.0.4' },
  ],
} as unknown as Cluster
const probe = (to: object, change: Partial<OwnProbe> = {}): OwnProbe => ({
  ...{ id: 'shop', title: 'The shop', from: 'worker', path: '/x?y=1', connection: 'new', status: 204, identity: false },
  to: { namespace: 's', port: 80, ...to } as OwnProbe['to'],
  ...change,
})
const resolved = (one: OwnProbe, config = api(), on: Cluster = cluster) =>
  resolveProbes([one], () => Promise.resolve(config), on, {
    prefix: 'own-',
    signal: AbortSignal.timeout(300),
  })

test.each([
  ['a Service', { service: 'shop' }, 'http://10.96.0.7:80/x?y=1'],
  ['a node port', { nodePort: 'shop' }, 'http://172.18.0.4:30080/x?y=1'],
  ['a node port of a control plane', { nodePort: 'shop', on: 'control-plane' }, 'http://172.18.0.2:30080/x?y=1'],
  ['a node port of the first worker', { nodePort: 'shop', on: 'first-worker' }, 'http://172.18.0.3:30080/x?y=1'],
  ['a pod', { pod: 'app=shop' }, 'http://10.244.1.2:80/x?y=1'],
  ['a pod on the other worker', { pod: 'app=shop', on: 'other-worker' }, 'http://10.244.2.2:80/x?y=1'],
])('%s is probed by a literal address', async (_, to, target) => {
  expect(await resolved(probe(to))).toEqual([
    { id: 'own-shop', title: 'The shop', from: 'worker', target, connection: 'new', status: 204 },
  ])
})

test('where the answer tells who gave it, that is demanded and not the status alone', async () => {
  expect((await resolved(probe({ service: 'shop' }, { identity: true })))[0]).not.toHaveProperty('status')
})

test('a name is asked of the cluster’s DNS, and must be the ClusterIP', async () => {
  expect(await resolved(probe({}, { to: { name: 'shop', namespace: 's' }, from: 'pod' }))).toEqual([
    {
      ...{ id: 'own-shop', title: 'The shop', from: 'pod', connection: 'datagram', expects: '10.96.0.7' },
      target: 'dns://10.96.0.10:53/shop.s.svc.cluster.local',
    },
  ])
})

test('a name has the domain of the cluster', async () => {
  const config = api(true, 'networking:', '  dnsDomain: corp.internal')
  expect(await resolved(probe({}, { to: { name: 'shop', namespace: 's' }, from: 'pod' }), config)).toMatchObject([
    { target: 'dns://10.96.0.10:53/shop.s.svc.corp.internal' },
  ])
})

test('a stream leads to the pod that it is to lead to', async () => {
  const stream = { connection: 'stream', identity: true } as const
  const expected = async (to: object) => (await resolved(probe(to, stream)))[0]?.expects
  expect(await expected({ service: 'shop', on: 'other-worker' })).toBe('shop-2')
  expect(await expected({ service: 'shop', on: 'first-worker' })).toBe('shop-1')
  expect(await expected({ service: 'shop' })).toBeUndefined()
  expect(await expected({ pod: 'app=shop' })).toBe('shop-1')
  await expect(expected({ service: 'shop', on: 'control-plane' })).rejects.toThrow()
})

test('with one worker the other one is the same, and another pod is another one where there is one', () => {
  const one = { ...cluster, workers: cluster.workers.slice(0, 1) }
  const there = pods.map((pod, n) => ({
    ...pod,
    metadata: { name: `shop-${n}` },
    spec: { nodeName: 'first', containers: [] },
  }))
  expect(podOn(there, one)?.metadata?.name).toBe('shop-0')
  expect(podOn(there, one, 'other-worker')?.metadata?.name).toBe('shop-1')
  expect(podOn(there.slice(0, 1), one, 'other-worker')?.metadata?.name).toBe('shop-0')
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
