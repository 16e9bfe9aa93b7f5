import { expect, it } from 'vitest'
import { CommandError } from '../engine/errors.ts'
import type { ClusterState } from '../model.ts'
import { apiAnswer, fakeContext, fakeNode } from '../testing/fake-node.ts'
import { writeOrLeave } from './write-or-leave.ts'

/** A write that fails as often as there are words of the API. */
async function writing(...errors: readonly string[]) {
  const node = fakeNode('m1', 'control-plane', {
    'get /apis/admissionregistration*': apiAnswer({ items: [] }, { items: [] }),
  })
  const config = { bindPort: 6443, certificatesDir: '/etc/kubernetes/pki' }
  const cluster = { first: { node, address: '10.0.0.1' }, config } as unknown as ClusterState
  const context = fakeContext([node], '')
  let attempts = 0
  const isWritten = await writeOrLeave(cluster, context, 'ConfigMap a/b', async () => {
    const stderr = errors[attempts++]
    if (stderr !== undefined) throw new CommandError('m1', { argv: [], exitCode: 1, stdout: '', stderr, durationMs: 1 })
  })
  return { attempts, isWritten, events: context.events }
}

it('comes back to a webhook that does not answer yet, and to a write in between', async () => {
  const failed = ['failed calling webhook "guard": EOF', 'the object has been modified']
  expect(await writing(...failed)).toEqual({ attempts: 3, isWritten: true, events: [] })
})

it('names an object that may not be changed at once', async () => {
  expect(await writing('data: Forbidden: field is immutable when `immutable` is set')).toEqual({
    ...{ attempts: 1, isWritten: false },
    events: [
      {
        ...{ type: 'object.left', object: 'ConfigMap a/b' },
        reason:
          'it still has what is lost: the object itself is immutable; delete it and make it again, and start again',
      },
    ],
  })
})
