import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import type { NodeState } from '../model.ts'
import { etcdOnDisk } from '../testing/etcd-bytes.ts'
import { apiAnswer, facts, fakeContext, fakeNode } from '../testing/fake-node.ts'
import { plain } from '../testing/kubeadm-config.ts'
import { surveyed } from '../testing/surveyed.ts'
import { localNode } from '../testing/local-node.ts'
import { withoutServiceRoute } from './service-reachability.ts'

const signal = new AbortController().signal

/** A cluster whose Service `kubernetes` has these addresses; the machine that asks is this one. */
async function lookOn(clusterIPs: readonly string[]) {
  const controlPlane = fakeNode('m1', 'control-plane', {
    'read node facts': facts({ route: '[{"prefsrc":"10.0.0.1"}]' }),
    ...etcdOnDisk,
    'get *': apiAnswer({ spec: { clusterIPs } }),
  })
  const cluster = await surveyed(fakeContext([controlPlane], plain))
  return withoutServiceRoute(cluster, [{ node: localNode, address: '127.0.0.1' } as unknown as NodeState], signal)
}

it('names a machine from which every address of the Service refuses', async () => {
  expect(await lookOn(['127.0.0.1', '::1'])).toHaveLength(1)
})

it('asks no machine when there is none, or nothing to ask for', async () => {
  const cluster = await surveyed(
    fakeContext(
      [
        fakeNode('m1', 'control-plane', {
          'read node facts': facts({ route: '[{"prefsrc":"10.0.0.1"}]' }),
          ...etcdOnDisk,
        }),
      ],
      plain,
    ),
  )
  expect(await withoutServiceRoute(cluster, [], signal)).toEqual([])
  expect(await lookOn([])).toEqual([])
})

// Nobody else may listen on 443.
it.runIf(process.getuid?.() === 0)('leaves out a machine from which one address answers', async () => {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(443, '127.0.0.1', resolve)
  })
  try {
    expect(await lookOn(['127.0.0.2', '127.0.0.1'])).toEqual([])
  } finally {
    server.close()
  }
})
