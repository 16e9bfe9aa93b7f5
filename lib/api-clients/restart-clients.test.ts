import { expect, it } from 'vitest'
import type { Pod } from '../api/pods.ts'
import type { BrokenNode, ClusterState, Learned } from '../model.ts'
import { fakeContext, fakeNode, type FakeCommand } from '../testing/fake-node.ts'
import { canRestart, restartClients } from './restart-clients.ts'

const broken = (isSilent: boolean) => ({ since: '2026-11-24T01:00:00Z', isSilent })

const can = (node: BrokenNode | undefined, change: Partial<Pod>) => {
  const learned = {
    brokenNodes: new Map(node ? [['w1', node]] : []),
    leftClients: new Set(['left']),
    withoutAccount: new Set(['orphan']),
    withoutCa: new Set(['frozen']),
  } as unknown as Learned
  const pod = { node: 'w1', hostNetwork: false, restartsAlways: true, owner: 'uid', ...change } as Pod
  return canRestart({ learned }, pod, 'in-place')
}

it.each<[string, BrokenNode | undefined, Partial<Pod>, boolean]>([
  ['of a Node that is well', undefined, {}, true],
  ['that the repair has left', undefined, { uid: 'left' }, false],
  ['whose ServiceAccount is gone', undefined, { uid: 'orphan' }, false],
  ['whose namespace has the lost CA still', undefined, { namespace: 'frozen' }, false],
  ['of a Job', undefined, { restartsAlways: false }, false],
  // kubelet starts none in a network of its own while the network is not ready.
  ['of a Node that was not Ready before', broken(false), {}, false],
  ['in the network of such a machine, as its network agent', broken(false), { hostNetwork: true }, true],
  ['of a Node whose kubelet does nothing', broken(true), { hostNetwork: true }, false],
])('a pod %s can be restarted in place: %#', (_, node, change, expected) => {
  expect(can(node, change)).toBe(expected)
})

/** What happens to pods of two workloads, `a` and `b`, where `sick` cannot be restarted. */
async function restarting(sick: string, ready: boolean) {
  const restarted: string[] = []
  const node = fakeNode('w1', 'worker', {
    'restart *': ({ title }: FakeCommand) => {
      const name = /mine\/(\S+)/.exec(title)?.[1] ?? ''
      if (name === sick) throw new Error('no such container')
      restarted.push(name)
      return ''
    },
    // It is gone then: replaced by its owner.
    'get *': 'objects e30=\n',
  })
  const podOf = (name: string) =>
    ({
      ...{ namespace: 'mine', name, uid: name, node: 'w1', owner: name[0], containers: [], ready },
      ...{ hostNetwork: false, restartsAlways: true, isNodeDaemon: false, isDns: false, graceSeconds: 1 },
    }) as unknown as Pod
  const restarts = new Map([['a1', 1]])
  const learned = {
    restarts,
    leftClients: new Set(),
    withoutAccount: new Set(),
    withoutCa: new Set(),
  } as unknown as Learned
  const host = { node, address: '10.0.0.1', facts: {} }
  const cluster = { machines: [host], first: host, config: { bindPort: 6443 }, learned } as unknown as ClusterState
  const context = fakeContext([node], '')
  const rejected = ['a1', 'a2', 'b1', 'b2'].map((name) => ({ pod: podOf(name), reason: '401, 3 times' }))
  await restartClients(context, cluster, rejected, 'in-place')
  const left = context.events.flatMap((event) => (event.type === 'client.left' ? [[event.pod, event.reason]] : []))
  return { restarted: restarted.sort(), left, remembered: [...learned.leftClients], restarts }
}

it('names a pod that does not come back, and goes on with the other workloads', async () => {
  const { restarted, left, remembered, restarts } = await restarting('a1', true)
  expect(restarted).toEqual(['b1', 'b2'])
  expect(left).toEqual([
    ['mine/a1', expect.stringContaining('its restart did not bring it back: no such container')],
    ['mine/a2', '401, 3 times; not restarted: mine/a1 did not come back after its restart'],
  ])
  expect(remembered).toEqual(['a1', 'a2'])
  expect(Object.fromEntries(restarts)).toEqual({ a1: 2, b1: 1, b2: 1 })
})

it('goes on with its own workload where it was not Ready before either', async () => {
  const { restarted, left } = await restarting('a1', false)
  expect(restarted).toEqual(['a2', 'b1', 'b2'])
  expect(left).toHaveLength(1)
})
