import { expect, it } from 'vitest'
import type { Pod } from '../api/pods.ts'
import type { BrokenNode, Learned } from '../model.ts'
import { canRestart } from './restart-clients.ts'

const broken = (isSilent: boolean) => ({ since: '2026-11-24T01:00:00Z', isSilent })

const can = (node: BrokenNode | undefined, change: Partial<Pod>) => {
  const learned = {
    brokenNodes: new Map(node ? [['w1', node]] : []),
    leftClients: new Set(['left']),
  } as unknown as Learned
  const pod = { node: 'w1', hostNetwork: false, restartsAlways: true, owner: 'uid', ...change } as Pod
  return canRestart({ learned }, pod, 'in-place')
}

it.each<[string, BrokenNode | undefined, Partial<Pod>, boolean]>([
  ['of a Node that is well', undefined, {}, true],
  ['that the repair has left', undefined, { uid: 'left' }, false],
  ['of a Job', undefined, { restartsAlways: false }, false],
  // kubelet starts none in a network of its own while the network is not ready.
  ['of a Node that was not Ready before', broken(false), {}, false],
  ['in the network of such a machine, as its network agent', broken(false), { hostNetwork: true }, true],
  ['of a Node whose kubelet does nothing', broken(true), { hostNetwork: true }, false],
])('a pod %s can be restarted in place: %#', (_, node, change, expected) => {
  expect(can(node, change)).toBe(expected)
})
