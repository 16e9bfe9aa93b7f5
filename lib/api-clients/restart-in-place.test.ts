import { expect, it } from 'vitest'
import type { Pod } from '../api/pods.ts'
import type { ClusterState } from '../model.ts'
import { fakeNode } from '../testing/fake-node.ts'
import { restartInPlace } from './restart-in-place.ts'

async function stopped(change: Partial<Pod>) {
  const pod = {
    ...{ namespace: 'shop', name: 'db', uid: 'uid-1', node: 'w1', ready: true, graceSeconds: 300 },
    ...{ isNodeDaemon: false, isDns: false, containers: [{ name: 'db', id: 'old', startedAt: 1 }], ...change },
  } as unknown as Pod
  const node = fakeNode('w1', 'worker', { 'restart shop/db in place': '' })
  const restarted = { ...pod, containers: [{ name: 'db', id: 'new', startedAt: 2 }] }
  const cluster = { machines: [{ node }] } as unknown as ClusterState
  await restartInPlace(cluster, pod, async () => [restarted], new AbortController().signal)
  return node.commands[0]
}

it('gives a pod of the users its own grace period, and the command longer than that', async () => {
  const command = await stopped({})
  expect(command?.script).toContain('crictl --timeout 330s stop --timeout 300 "$id"')
  expect(command?.options.timeoutMs).toBe(360_000)
})

it.each([{ isNodeDaemon: true }, { isDns: true }])('kills at once: %j', async (change) => {
  expect((await stopped(change))?.script).toContain('stop --timeout 0 "$id"')
})
