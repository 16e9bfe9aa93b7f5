import { expect, it } from 'vitest'
import { getRaw } from './kube-api.ts'
import type { NodeState, ClusterState } from '../model.ts'
import { apiAnswer, fakeNode } from '../testing/fake-node.ts'

const cluster = { config: { bindPort: 6443, certificatesDir: '/etc/kubernetes/pki' } } as unknown as ClusterState

it('reads several objects in one go, and asks again when a request is lost', async () => {
  let asked = 0
  const answer = () => {
    asked += 1
    if (asked === 1) throw new Error('request timed out')
    return apiAnswer({ kind: 'A' }, { kind: 'B' })
  }
  const node = fakeNode('m1', 'control-plane', { 'get /a /b': answer })
  const host = { node, address: '10.0.0.1' } as unknown as NodeState
  expect(await getRaw(host, cluster, ['/a', '/b'], new AbortController().signal)).toEqual([
    { kind: 'A' },
    { kind: 'B' },
  ])
  expect(node.commands[1]?.script).toContain('--server https://10.0.0.1:6443')
  expect(node.commands[1]?.script).toContain('super-admin.conf')
})
