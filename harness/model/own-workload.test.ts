import { expect, test } from 'vitest'
import type { Cluster } from './cluster.ts'
import { machinesAt, placeSchema } from './own-workload.ts'

const named = (...names: readonly string[]) => names.map((name) => ({ name }))
const cluster = {
  controlPlanes: named('m1', 'm2'),
  workers: named('w1', 'w2'),
  machines: named('m1', 'm2', 'w1', 'w2'),
  balancer: { name: 'lb' },
} as unknown as Cluster
const at = (one: Cluster) =>
  Object.fromEntries(placeSchema.options.map((place) => [place, machinesAt(one, place).map(({ name }) => name)]))

test('every place has its machines', () => {
  expect(at(cluster)).toEqual({
    'first-control-plane': ['m1'],
    'control-planes': ['m1', 'm2'],
    workers: ['w1', 'w2'],
    'last-worker': ['w2'],
    machines: ['m1', 'm2', 'w1', 'w2'],
    balancer: ['lb'],
  })
})

test('one control plane has no balancer', () => {
  const { balancer, ...without } = cluster
  expect(balancer).toBeDefined()
  expect(at(without)['balancer']).toEqual([])
})
