import { expect, test } from 'vitest'
import type { ClusterState } from '../model.ts'
import { facts, fakeContext, fakeNode } from '../testing/fake-node.ts'
import { plain } from '../testing/kubeadm-config.ts'
import { renewKubeletConnections } from './renew-kubelet-connections.ts'

/** What is done on a control plane whose API server started at second 100. */
async function done(writtenAt: string, state = 'CONTAINER_RUNNING') {
  const container = { id: 'a', metadata: { name: 'kube-apiserver' }, state, createdAt: String(100e9) }
  const node = fakeNode('m1', 'control-plane', {
    'find an API server that is older than its certificate for kubelets': facts({
      'written-at': writtenAt,
      containers: JSON.stringify({ containers: [container] }),
    }),
    'ask kubelet through the API server': '',
  })
  const host = { node, address: '10.0.0.1' }
  const config = { certificatesDir: '/etc/kubernetes/pki', bindPort: 6443 }
  const cluster = { controlPlanes: [host], config } as unknown as ClusterState
  const context = fakeContext([node], plain)
  const found = (await renewKubeletConnections.needed?.(cluster, context)) ?? []
  await renewKubeletConnections.run(cluster, context, found)
  return node.commands.slice(1)
}

test('an API server that runs on makes its first connection with the new certificate for the repair', async () => {
  const [asked, ...more] = await done('100.5')
  expect(asked?.script).toContain('https://10.0.0.1:6443/api/v1/nodes/m1/proxy/healthz')
  expect(more).toEqual([])
})

test.each([
  ['started since has read it', '99.5', 'CONTAINER_RUNNING'],
  ['does not run will read it', '100.5', 'CONTAINER_EXITED'],
  ['has none is not asked', '', 'CONTAINER_RUNNING'],
])('one that %s', async (_, writtenAt, state) => {
  expect(await done(writtenAt, state)).toEqual([])
})
