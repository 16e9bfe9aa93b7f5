import { expect, it } from 'vitest'
import { apiClients, restartInPlace } from './api-clients.ts'
import { siteOf } from './site.ts'
import { etcdOnDisk } from './testing/etcd-bytes.ts'
import { facts, fakeContext, fakeNode } from './testing/fake-node.ts'
import { plain } from './testing/kubeadm-config.ts'

const kubeletStart = Date.parse('2026-11-24T02:00:00Z') / 1000

const pod = (name: string, startedAt: string, change: object = {}) => ({
  metadata: { namespace: 'kube-system', name, uid: name, ownerReferences: [{ kind: 'DaemonSet' }] },
  spec: {
    nodeName: 'm1',
    hostNetwork: true,
    volumes: [{ name: 'v', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } }],
    ...change,
  },
  status: {
    phase: 'Running',
    containerStatuses: [{ name: 'c', containerID: `containerd://${name}-id`, state: { running: { startedAt } } }],
  },
})

const old = '2026-11-24T01:00:00Z'
const fresh = '2026-11-24T02:00:03Z'

it('finds those that still run as before the repair, DNS last', async () => {
  const pods = [
    pod('proxy', old),
    pod('network', fresh),
    pod('users-own', old, { hostNetwork: false }),
    pod('without-token', old, { volumes: [] }),
    pod('on-a-stranger', old, { nodeName: 'w9' }),
    pod('dns', old, { hostNetwork: false }),
  ]
  const dns = pods.filter(({ metadata }) => metadata.name === 'dns')
  const node = fakeNode('m1', 'control-plane', {
    'look around': facts({ route: '[{"prefsrc":"10.0.0.1"}]' }),
    ...etcdOnDisk,
    'see which identity kubelet has': facts({ 'started-at': String(kubeletStart) }),
    'get /api/v1/pods*': `${JSON.stringify({ items: pods })}\n${JSON.stringify({ items: dns })}\n`,
    'restart *': '',
  })
  const context = fakeContext([node], plain)
  const site = await siteOf(context)
  const found = await apiClients(site, context.signal)
  expect(found.map(({ name }) => name)).toEqual(['proxy', 'dns'])
  await restartInPlace(site.first, found, context.signal)
  expect(node.commands.at(-1)?.script).toMatch(/crictl stop --timeout 0 proxy-id dns-id\n$/)
})
