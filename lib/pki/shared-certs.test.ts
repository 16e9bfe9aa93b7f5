import { expect, it } from 'vitest'
import type { NodeState } from '../model.ts'
import { sharedCertsCreated } from '../shell/work-dir.ts'
import { fakeContext, fakeNode } from '../testing/fake-node.ts'
import { createSharedCerts } from './shared-certs.ts'

// A repair that is killed here must know when it is run again that clients may hold tokens of the lost key.
it('records that shared certificates are created before kubeadm creates the first', async () => {
  const node = fakeNode('m1', 'control-plane', { 'create the shared certificates': '' })
  await createSharedCerts(fakeContext([node], ''), { node } as unknown as NodeState, ['etcd/ca.crt', 'etcd/ca.key'])
  const [{ script } = { script: '' }] = node.commands
  const record = `printf '%s\\n' etcd/ca.crt etcd/ca.key >> ${sharedCertsCreated}`
  expect(script.indexOf(record)).toBeGreaterThan(0)
  expect(script.indexOf(record)).toBeLessThan(script.indexOf('kubeadm init'))
})
