import { expect, it } from 'vitest'
import { behind, machine, pod, request, snapshot } from '../testing/api-clients.ts'
import type { Pod } from '../api/pods.ts'
import type { ApiClientSnapshot } from './api-client-snapshot.ts'
import { rejectedClients } from './rejected-clients.ts'

const one = pod('kube-proxy-1', { owner: 'kube-proxy' })
const other = pod('kube-proxy-2', { owner: 'kube-proxy', addresses: ['10.244.1.5'] })

/** Both were started long before kubelet wrote their volumes, at 20 s; one was rejected with the new CA in its volume, the other is silent. */
const seen = (change: Partial<ApiClientSnapshot> = {}, otherPod: Pod = other): ApiClientSnapshot =>
  snapshot([request('tls', 7, 21_000)], {
    pods: [one, otherPod],
    startedAtMs: new Map([one, otherPod].map(({ uid }) => [uid, 1000])),
    volumesAtMs: new Map([one, otherPod].map(({ uid }) => [uid, 20_000])),
    seenAtMs: 22_000,
    ...change,
  })
const named = (of: ApiClientSnapshot) => rejectedClients(of).map(({ pod: { name } }) => name)

it('is restarted with its sibling, the same program of the same age, before it asks', () => {
  expect(rejectedClients(seen())).toEqual([
    { pod: one, reason: 'bad certificate, once' },
    { pod: other, reason: 'as its sibling kube-proxy-1: bad certificate, once' },
  ])
})

it('is not waited for where its sibling tells', () => {
  const hidden = { ...other, hostNetwork: true, addresses: machine.addresses }
  const kubelet = { machines: [{ ...machine, kubeletStartedAtMs: 21_500 }] }
  const [, found] = rejectedClients(seen(kubelet, hidden))
  expect(found?.isUndecided).toBeUndefined()
  expect(found?.reason).toContain('kube-proxy-1')
})

it.each<[string, ApiClientSnapshot]>([
  ['another owner', seen({}, { ...other, owner: 'network' })],
  ['no owner', seen({}, { ...other, owner: undefined })],
  ['another version of its DaemonSet', seen({}, { ...other, revision: 'r2' })],
  [
    'an open connection',
    seen({
      peers: new Set(['172.18.0.13 8']),
      machines: [
        {
          ...machine,
          connections: [behind, { ...behind, source: '10.244.1.5', port: 8 }],
          podSockets: new Set(['10.244.1.5 6']),
        },
      ],
    }),
  ],
  [
    'an answer since its volumes were written',
    seen({ requests: [request('tls', 7, 21_000), { ...request('served', 1, 20_500), address: '10.244.1.5' }] }),
  ],
  ['a start since its volumes were written', seen({ startedAtMs: new Map([[other.uid, 20_100]]) })],
  ['a start in the second of that', seen({ startedAtMs: new Map([[other.uid, 19_500]]) })],
  ['a sibling that was rejected only before its volumes were written', seen({ requests: [request('tls', 7, 19_000)] })],
  ['a sibling whose token is rejected', seen({ requests: [request('unauthorized', 7, 21_000)] })],
])('is left alone with %s', (_, of) => {
  expect(named(of)).toEqual([one.name])
})

it('is left alone beside a sibling that was started after the new CA and is rejected all the same', () => {
  const startedAtMs = new Map([
    [one.uid, 20_500],
    [other.uid, 1000],
  ])
  expect(named(seen({ startedAtMs, requests: [request('tls', 7, 21_600)] }))).toEqual([one.name])
})
