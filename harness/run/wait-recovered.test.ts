import { V1MicroTime, type V1Lease } from '@kubernetes/client-node'
import { expect, test } from 'vitest'
import { staleLeases } from './wait-recovered.ts'

test('a lease counts only when it was renewed after the repair began', () => {
  const lease = (name: string, at: number): V1Lease => ({
    metadata: { name },
    spec: { renewTime: new V1MicroTime(at) },
  })
  const leases = [lease('fresh', 2000), lease('old', 1000), { metadata: { name: 'blank' } }]
  expect(staleLeases(leases, ['fresh', 'old', 'blank', 'gone'], new Date(1000))).toEqual([
    'lease of old',
    'lease of blank',
    'lease of gone',
  ])
})
