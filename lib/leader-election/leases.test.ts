import { describe, expect, it, vi } from 'vitest'
import { giveBack } from '../engine/holds.ts'
import type { ClusterState, Holds } from '../model.ts'
import { apiAnswer, facts, fakeNode } from '../testing/fake-node.ts'
import { leaderOf, leasesToHold, leasesToRelease, leasesToRenew } from './lease-changes.ts'
import { holdLeases, releaseLeases } from './leases.ts'

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

it('holds the leases of the dead and those that are missing, for a minute', () => {
  const dead = lease('kube-controller-manager', 'm1_4f2a', '2026-11-24T01:59:00.000000Z')
  const taken = leasesToHold({ items: [dead, lease('apiserver-x', 'apiserver-x_1', '')] }, now)
  expect(taken.map(({ path, verb }) => [verb, path])).toEqual([
    ['replace', ofManager],
    ['create', '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases'],
  ])
  for (const { lease: text } of taken)
    expect(JSON.parse(text)).toMatchObject({
      kind: 'Lease',
      spec: { holderIdentity, leaseDurationSeconds: 60, renewTime: '2026-11-24T02:00:00.000000Z' },
    })
  expect(JSON.parse(taken[0]?.lease ?? '')).toMatchObject({ metadata: { resourceVersion: '42' } })
})

it('leaves the lease of a live leader to it', () => {
  const living = lease('kube-controller-manager', 'm1_4f2a', '2026-11-24T01:59:59.000000Z')
  const taken = leasesToHold({ items: [living] }, now, ['kube-controller-manager'])
  expect(taken.map(({ lease: text }) => (JSON.parse(text) as { metadata: { name: string } }).metadata.name)).toEqual([
    'kube-scheduler',
  ])
})

const kept = () => ({ items: leasesToHold(undefined, now).map(({ lease: text }) => JSON.parse(text) as object) })

it('what is held is held no second time while it is fresh, and is released before it runs out', () => {
  expect(leasesToHold(kept(), now + 4000)).toEqual([])
  // That of an earlier repair, which renews it no more.
  expect(leasesToHold(kept(), now + 6000)).toHaveLength(2)
  expect(leasesToRelease(kept(), now + 5000).map(({ path, verb }) => [verb, path])).toContainEqual([
    'replace',
    ofManager,
  ])
  expect(leaderOf(kept().items[0] as never)).toBeUndefined()
})

it('renews what it holds, and nothing that somebody else has taken', () => {
  const [manager] = kept().items
  const list = { items: [manager, lease('kube-scheduler', 'm2_77', '2026-11-24T02:00:00.000000Z')] }
  const renewed = leasesToRenew(list, now + 15_000)
  expect(renewed.map(({ path }) => path)).toEqual([ofManager])
  expect(JSON.parse(renewed[0]?.lease ?? '')).toMatchObject({
    spec: { holderIdentity, renewTime: '2026-11-24T02:00:15.000000Z', acquireTime: '2026-11-24T02:00:00.000000Z' },
  })
})

describe('holdLeases', () => {
  /**
   * A cluster whose lists of leases come one after another, the last again and again until they are released.
   * @param rejected so many releases, because something has written in between
   * @param refusal what the API says to each attempt to hold them
   */
  function world(lists: readonly object[][], running: string, rejected = 0, refusal = '') {
    let [asked, releases] = [0, 0]
    const items = () => (releases > rejected ? [] : lists[Math.min(asked++, lists.length - 1)])
    const node = fakeNode('m1', 'control-plane', {
      'read the leader-election leases': () => `${facts({ now: String(now) })}${apiAnswer({ items: items() })}`,
      'check whether *': ({ title }) => facts({ running: title.includes(running) ? 'id' : '' }),
      'hold the leader-election leases': facts({ rejected: refusal }),
      'get /apis/admissionregistration*': apiAnswer({ items: [] }, { items: [] }),
      'renew the leader-election leases': '',
      'release the leader-election leases': () => {
        releases++
        return ''
      },
    })
    const holds: Holds = new Map()
    const host = { node, address: '10.0.0.1' }
    const config = { bindPort: 6443, certificatesDir: '/etc/kubernetes/pki' }
    const cluster = { first: host, controlPlanes: [host], config, learned: { holds } } as unknown as ClusterState
    const written = (title: string) => node.commands.filter((command) => command.title === title)
    return { cluster, holds, written }
  }
  const valid = '2026-11-24T01:59:50.000000Z'
  const leaders = [lease('kube-controller-manager', 'm1_1', valid), lease('kube-scheduler', 'm1_2', valid)]
  const signal = new AbortController().signal

  it('takes the valid leases of leaders whose container is gone, and registers them first', async () => {
    const { cluster, holds, written } = world([leaders, kept().items], 'nothing')
    await holdLeases(cluster, signal)
    expect(written('hold the leader-election leases')).toHaveLength(1)
    expect([...holds.keys()]).toEqual(['the leases of controller managers and schedulers'])
    await giveBack(holds, { emit: () => undefined })
    expect(written('release the leader-election leases')).toHaveLength(1)
  })

  it('releases again what a renewal that was under way kept from being released', async () => {
    const { cluster, written } = world([leaders, kept().items], 'nothing', 1)
    await holdLeases(cluster, signal)
    await releaseLeases(cluster, signal)
    expect(written('release the leader-election leases')).toHaveLength(2)
  })

  it('names what refuses them, instead of waiting in vain', async () => {
    const { cluster, holds } = world([leaders], 'nothing', 0, 'admission webhook \\"guard\\" denied the request: no')
    await expect(holdLeases(cluster, signal, 300)).rejects.toThrow(
      /^nobody can write leases: the webhook "guard" denies it; set the failurePolicy/,
    )
    expect(holds.size).toBe(0)
  })

  it('takes none from a leader that runs', async () => {
    const { cluster, holds, written } = world([leaders], 'kube')
    await holdLeases(cluster, signal)
    expect(written('hold the leader-election leases')).toEqual([])
    expect(holds.size).toBe(0)
  })

  it('takes none that another control plane is about to take from a leader that is lost', async () => {
    const expired = '2026-11-24T01:59:30.000000Z'
    const lost = [lease('kube-controller-manager', 'm2_1', expired), lease('kube-scheduler', 'm2_2', valid)]
    const { cluster, written } = world([lost], 'kube')
    await holdLeases(cluster, signal)
    expect(written('hold the leader-election leases')).toEqual([])
  })

  it('renews them until they are released', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    try {
      const { cluster, holds, written } = world([leaders, kept().items], 'nothing')
      await holdLeases(cluster, signal)
      await vi.advanceTimersByTimeAsync(46_000)
      expect(written('renew the leader-election leases').length).toBeGreaterThanOrEqual(2)
      await releaseLeases(cluster, signal)
      expect(holds.size).toBe(0)
      const renewed = written('renew the leader-election leases').length
      await vi.advanceTimersByTimeAsync(60_000)
      expect(written('renew the leader-election leases')).toHaveLength(renewed)
    } finally {
      vi.useRealTimers()
    }
  })
})
