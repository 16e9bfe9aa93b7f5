import { expect, it } from 'vitest'
import type { Pod } from '../api/pods.ts'
import type { ClusterState } from '../model.ts'
import type { observeApiClients } from './observe-clients.ts'
import { observeRejected } from './observe-rejected.ts'
import type { ApiClientSnapshot } from './api-client-snapshot.ts'

const address = '10.244.1.4'
const pod = {
  uid: 'client',
  node: 'w1',
  running: true,
  tokenFiles: ['token'],
  addresses: [address],
  containers: [],
} as unknown as Pod
const failed = [19_000, 20_000].map((atMs) => ({ outcome: 'tls' as const, address, port: 1, atMs, words: 'bad' }))
const served = { outcome: 'served' as const, address, port: 2, atMs: 21_000, words: 'curl' }
const seenAt = (seenAtMs: number, isServed = false): ApiClientSnapshot => ({
  pods: [pod],
  machines: [],
  requests: isServed ? [...failed, served] : failed,
  peers: new Set(),
  endpoints: new Set(),
  complaints: new Map(),
  startedAtMs: new Map(),
  volumesAtMs: new Map([['client', 20_200]]),
  seenAtMs,
})

/** Each observation in turn. */
const observing = (snapshots: ApiClientSnapshot[]): typeof observeApiClients => {
  return () => {
    const [next] = snapshots.splice(0, 1)
    return next ? Promise.resolve(next) : Promise.reject(new Error('observed too often'))
  }
}
const observe = (...snapshots: ApiClientSnapshot[]) =>
  observeRejected({} as ClusterState, new AbortController().signal, observing(snapshots))

it('waits for a client that asks often and has just got its new credentials', async () => {
  expect((await observe(seenAt(20_500), seenAt(21_100, true))).rejected).toEqual([])
})

it('waits no longer than two of its periods', async () => {
  const { rejected } = await observe(seenAt(20_500), seenAt(23_500))
  expect(rejected.map(({ reason }) => reason)).toEqual(['bad, 2 times'])
})

it.each([
  ['after its volumes were written', 20_300, true],
  ['before', 20_100, false],
])('says of one that was started %s whether another start would help', async (_, startedAt, expected) => {
  const later = failed.map((request) => ({ ...request, atMs: request.atMs + 3000 }))
  const startedAtMs = new Map([['client', startedAt]])
  const { rejected } = await observe({ ...seenAt(25_000), requests: later, startedAtMs })
  expect(rejected.map(({ isUpToDate }) => isUpToDate ?? false)).toEqual([expected])
})
