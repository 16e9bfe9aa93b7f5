import { expect, it } from 'vitest'
import { leasesToHold, leaderOf, leasesToRelease } from './leases.ts'

const now = Date.parse('2026-11-24T02:00:00Z')
const lease = (name: string, holderIdentity: string, renewTime: string) => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name, namespace: 'kube-system', resourceVersion: '42' },
  spec: { holderIdentity, renewTime, leaseDurationSeconds: 15 },
})
const released = (...leases: object[]) => leasesToRelease({ items: leases }, now)
const holderIdentity = 'drill-recovery_until-every-node-is-back'
const ofManager = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-controller-manager'

it('a leader that has been silent for longer than its lease is dead; its lease keeps the version that was read', () => {
  const [found, ...others] = released(lease('kube-scheduler', 'm1_4f2a', '2026-11-24T01:59:44.900000Z'))
  expect(others).toEqual([])
  expect(found?.path).toBe('/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-scheduler')
  expect(JSON.parse(found?.lease ?? '')).toMatchObject({
    metadata: { resourceVersion: '42' },
    spec: { holderIdentity: '', leaseDurationSeconds: 1 },
  })
})

it.each([
  ['lives', lease('kube-controller-manager', 'm1_4f2a', '2026-11-24T01:59:46.000000Z')],
  ['was released already', lease('kube-controller-manager', '', '2026-11-24T01:00:00.000000Z')],
  ["is no leader's", lease('apiserver-x', 'apiserver-x_1', '2026-11-24T01:00:00.000000Z')],
])('a lease is left alone that %s', (_, alone) => {
  expect(released(alone)).toEqual([])
})

it('holds the leases of the dead, of the living, and those that are missing, for a day', () => {
  const living = lease('kube-controller-manager', 'm1_4f2a', '2026-11-24T01:59:59.000000Z')
  const held = leasesToHold({ items: [living, lease('apiserver-x', 'apiserver-x_1', '')] }, now)
  expect(held.map(({ path, verb }) => [verb, path])).toEqual([
    ['replace', ofManager],
    ['create', '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases'],
  ])
  for (const { lease: text } of held)
    expect(JSON.parse(text)).toMatchObject({
      kind: 'Lease',
      spec: { holderIdentity: holderIdentity, leaseDurationSeconds: 86_400, renewTime: '2026-11-24T02:00:00.000000Z' },
    })
  expect(JSON.parse(held[0]?.lease ?? '')).toMatchObject({ metadata: { resourceVersion: '42' } })
})

it('what is held is held no second time, and is released although its day is not over', () => {
  const kept = { items: leasesToHold(undefined, now).map(({ lease: text }) => JSON.parse(text) as object) }
  expect(leasesToHold(kept, now + 5000)).toEqual([])
  expect(leasesToRelease(kept, now + 5000).map(({ path, verb }) => [verb, path])).toContainEqual(['replace', ofManager])
  expect(leaderOf(kept.items[0] as never)).toBeUndefined()
})
