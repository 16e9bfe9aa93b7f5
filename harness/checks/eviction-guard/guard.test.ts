import type { V1EndpointSlice, V1Node, V1Pod } from '@kubernetes/client-node'
import { expect, test } from 'vitest'
import { guard } from './guard.ts'

const slice = (name: string, ...ready: readonly string[]) =>
  ({
    metadata: { namespace: 'shop', name, labels: { 'kubernetes.io/service-name': 'web' } },
    endpoints: ['a', 'b', 'c'].map((pod) => ({
      addresses: [`10.0.0.${pod}`],
      targetRef: { namespace: 'shop', name: pod },
      conditions: ready.includes(pod) ? {} : { ready: false },
    })),
  }) as unknown as V1EndpointSlice
const node = (ready: string, ...noExecute: readonly string[]) =>
  ({
    metadata: { name: 'worker' },
    spec: { taints: noExecute.map((key) => ({ key, effect: 'NoExecute' })) },
    status: { conditions: [{ type: 'Ready', status: ready }] },
  }) as unknown as V1Node
const pod = (name: string, more: object = {}, phase = 'Running') =>
  ({ metadata: { namespace: 'shop', name, uid: `uid-${name}`, ...more }, status: { phase } }) as unknown as V1Pod
const all = { slices: [slice('web-1', 'a', 'b')], nodes: [node('True')], pods: [pod('a'), pod('b')] }

const begun = () => {
  const seen = guard()
  seen.listed(all, 0)
  return seen
}

test('a ready set that loses a member for a second, by a watch and over two slices', () => {
  const seen = begun()
  seen.changed({ kind: 'slices', object: slice('web-1', 'a') }, false, 1000)
  seen.changed({ kind: 'slices', object: slice('web-2', 'b') }, false, 2000)
  seen.changed({ kind: 'slices', object: slice('web-1', 'a', 'c') }, false, 3000)
  seen.changed({ kind: 'slices', object: slice('web-2', 'b') }, true, 4000)
  expect(seen.seen()).toMatchObject({
    services: [{ service: 'shop/web', ready: ['shop/a', 'shop/b'] }],
    shrunk: [
      { atMs: 1000, service: 'shop/web', missing: ['shop/b'] },
      { atMs: 2000, missing: [] },
      { atMs: 4000, missing: ['shop/b'] },
    ],
  })
})

test('what changed while nothing was watched, by the next list', () => {
  const seen = begun()
  seen.listed({ slices: [], nodes: [node('Unknown', 'unreachable')], pods: [pod('a', {}, 'Failed')] }, 9000)
  expect(seen.seen()).toMatchObject({
    shrunk: [{ atMs: 9000, missing: ['shop/a', 'shop/b'] }],
    nodes: [
      { atMs: 0, ready: 'True', noExecute: [] },
      { atMs: 9000, ready: 'Unknown', noExecute: ['unreachable'] },
    ],
    pods: [
      { atMs: 9000, pod: 'shop/a', what: 'failed' },
      { atMs: 9000, pod: 'shop/b', what: 'deleted' },
    ],
  })
})

test('each stage of a deletion once; new pods, mirror pods and what stays the same not at all', () => {
  const seen = begun()
  const leaving = { kind: 'pods', object: pod('a', { deletionTimestamp: new Date() }) } as const
  seen.changed(leaving, false, 10)
  seen.changed(leaving, false, 20)
  seen.changed(leaving, true, 30)
  seen.changed({ kind: 'pods', object: pod('new') }, true, 40)
  seen.changed({ kind: 'nodes', object: node('True') }, false, 50)
  const { pods, nodes } = seen.seen()
  expect(pods.map(({ atMs, what }) => [atMs, what])).toEqual([
    [10, 'being deleted'],
    [30, 'deleted'],
  ])
  expect(nodes).toHaveLength(1)
})
