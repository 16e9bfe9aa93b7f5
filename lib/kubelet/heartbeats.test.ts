import { expect, it } from 'vitest'
import { heartbeatsIn, isReadyAgain, leaseIsFresh, reportsAgain } from './heartbeats.ts'

const lease = (name: string, renewTime: string) => ({ metadata: { name }, spec: { renewTime } })
const node = (name: string, status: string, lastHeartbeatTime: string) => ({
  metadata: { name },
  status: {
    conditions: [
      { type: 'MemoryPressure', status: 'False' },
      { type: 'Ready', status, lastHeartbeatTime },
    ],
  },
})
const seen = heartbeatsIn(
  { items: [lease('m1', '2026-11-24T02:00:10.000000Z'), lease('w1', '2026-11-24T01:00:00.000000Z')] },
  {
    items: [
      node('m1', 'True', '2026-11-24T02:00:11Z'),
      node('w1', 'True', '2026-11-24T01:00:00Z'),
      node('w2', 'Unknown', '2026-11-24T02:00:11Z'),
    ],
  },
)
const startedAt = Date.parse('2026-11-24T02:00:09Z') / 1000

it('takes a lease for fresh that the running kubelet has renewed', () => {
  expect(leaseIsFresh(seen.get('m1'), { startedAt })).toBe(true)
  expect(leaseIsFresh(seen.get('w1'), { startedAt })).toBe(false)
  expect(leaseIsFresh(seen.get('w2'), { startedAt })).toBe(false)
  expect(leaseIsFresh(seen.get('w3'), { startedAt })).toBe(false)
  expect(leaseIsFresh(seen.get('m1'), { startedAt: 0 })).toBe(false)
})

it('does not believe an old Ready, which stays as long as no node controller runs', () => {
  expect(isReadyAgain(seen.get('m1'), { startedAt })).toBe(true)
  expect(isReadyAgain(seen.get('w1'), { startedAt })).toBe(false)
  expect(isReadyAgain(seen.get('w2'), { startedAt })).toBe(false)
})

it('takes a Node for back only where the kubelet that runs now has renewed its lease and says Ready', () => {
  const heartbeat = (leaseRenewedAt: number, statusWrittenAt: number) => {
    return { node: 'm1', leaseRenewedAt, statusWrittenAt, ready: true, lacksNetwork: false, evictedSince: undefined }
  }
  const back = heartbeat(2, 2)
  expect(reportsAgain(back, { startedAt: 1 })).toBe(true)
  expect(reportsAgain(back, { startedAt: 0 })).toBe(false)
  expect(reportsAgain(heartbeat(0, 2), { startedAt: 1 })).toBe(false)
  expect(reportsAgain(heartbeat(2, 0), { startedAt: 1 })).toBe(false)
  expect(reportsAgain(undefined, { startedAt: 1 })).toBe(false)
})
