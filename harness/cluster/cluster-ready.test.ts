import type { V1Node, V1Pod } from '@kubernetes/client-node'
import { expect, test } from 'vitest'
import { notReady } from './cluster-ready.ts'

const object = (name: string, ready?: string): V1Node & V1Pod => ({
  metadata: { name },
  status: { conditions: ready === undefined ? [] : [{ type: 'Ready', status: ready }] },
})

test('names what is missing', () => {
  expect(notReady([object('a', 'True')], [object('coredns', 'True')], 1)).toEqual([])
  expect(notReady([object('a', 'Unknown')], [object('coredns', 'False')], 2)).toEqual([
    '1 of 2 nodes not registered',
    'node a',
    'pod coredns',
  ])
  expect(notReady([object('a', 'True')], [], 1)).toEqual(['no pod in kube-system'])
  expect(notReady([object('a')], [object('coredns', 'True')], 1)).toEqual(['node a'])
})
