import { expect, it } from 'vitest'
import { deadLeaders } from './controllers.ts'

const now = Date.parse('2026-11-24T02:00:00Z')
const lease = (name: string, holderIdentity: string, renewTime: string) => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name, namespace: 'kube-system', resourceVersion: '42' },
  spec: { holderIdentity, renewTime, leaseDurationSeconds: 15 },
})
const dead = (...leases: object[]) => deadLeaders({ items: leases }, now)

it('a leader that has been silent for longer than its lease is dead; its lease keeps the version that was read', () => {
  const [found, ...others] = dead(lease('kube-scheduler', 'm1_4f2a', '2026-11-24T01:59:44.900000Z'))
  expect(others).toEqual([])
  expect(found?.path).toBe('/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-scheduler')
  expect(JSON.parse(found?.released ?? '')).toMatchObject({
    metadata: { resourceVersion: '42' },
    spec: { holderIdentity: '', leaseDurationSeconds: 1 },
  })
})

it.each([
  ['lives', lease('kube-controller-manager', 'm1_4f2a', '2026-11-24T01:59:46.000000Z')],
  ['was released already', lease('kube-controller-manager', '', '2026-11-24T01:00:00.000000Z')],
  ["is no leader's", lease('apiserver-x', 'apiserver-x_1', '2026-11-24T01:00:00.000000Z')],
])('a lease is left alone that %s', (_, alone) => {
  expect(dead(alone)).toEqual([])
})
