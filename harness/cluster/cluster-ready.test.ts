import type { V1Deployment, V1Node, V1Pod } from '@kubernetes/client-node'
import { expect, test } from 'vitest'
import { notGone, notReady, notRolledOut } from './cluster-ready.ts'

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

test('a Deployment whose old pods still serve is not rolled out', () => {
  const coredns = (status: V1Deployment['status'], generation = 2): V1Deployment => ({
    metadata: { name: 'coredns', generation },
    spec: { replicas: 2, selector: {}, template: {} },
    ...(status ? { status } : {}),
  })
  const done = { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2 }
  const missing = ['Deployment coredns not rolled out']
  expect(notRolledOut([coredns(done)])).toEqual([])
  expect(notRolledOut([coredns(done, 3)])).toEqual(missing)
  expect(notRolledOut([coredns({ ...done, replicas: 3 })])).toEqual(missing)
  expect(notRolledOut([coredns({ ...done, updatedReplicas: 1 })])).toEqual(missing)
  expect(notRolledOut([coredns({ ...done, availableReplicas: 1 })])).toEqual(missing)
  expect(notRolledOut([coredns(undefined)])).toEqual(missing)
})

// `healthy` failed because a pod of CoreDNS in its baseline ended later.
test('a pod that is ending is named, also while it is Ready', () => {
  const ending: V1Pod = { metadata: { name: 'coredns', deletionTimestamp: new Date(0) } }
  expect(notGone([object('etcd', 'True'), ending])).toEqual(['pod coredns not gone'])
})
