import { expect, it } from 'vitest'
import type { ClusterState } from '../model.ts'
import { facts, fakeContext, fakeNode } from '../testing/fake-node.ts'
import { plain } from '../testing/kubeadm-config.ts'
import { reportStoppedKubelets } from './stopped-kubelets.ts'

it('names the machine whose kubelet somebody has stopped, and no other', async () => {
  const machines = [
    ['m1', '1764000000'],
    ['w1', '0'],
  ].map(([name = '', started = '']) => ({
    node: fakeNode(name, 'worker', { 'read the identity of kubelet': facts({ 'started-at': started }) }),
    facts: { clientCaFile: '/etc/kubernetes/pki/ca.crt' },
  }))
  const context = fakeContext([], plain)
  await reportStoppedKubelets({ machines } as unknown as ClusterState, context)
  expect(context.events).toEqual([
    { type: 'node.left', node: 'w1', reason: expect.stringContaining('its kubelet does not run') as string },
  ])
})
