import { describe, expect, it } from 'vitest'
import type { Pod } from '../api/pods.ts'
import { balancer, client, machine, own, pod, proxy, request, snapshot } from '../testing/api-clients.ts'
import type { ApiClientSnapshot } from './api-client-snapshot.ts'
import { rejectedClients, unknownClients } from './rejected-clients.ts'

const names = (seen: ApiClientSnapshot) => rejectedClients(seen).map(({ pod: { name } }) => name)

describe('a pod behind the address of its machine', () => {
  it.each([
    ['distrusts the API server', [request('tls', 7)], ['client']],
    ['shows an old token', [request('unauthorized', 7)], ['client']],
    ['was served later', [request('tls', 7), request('served', 7, 21_000)], []],
    ['was served before', [request('served', 7), request('tls', 7, 21_000)], ['client']],
    ['hung up twice, as the impatient do', [request('dropped', 7), request('dropped', 7, 21_000)], []],
    ['hung up again and again', [20, 21, 22].map((at) => request('dropped', 7, at * 1000)), ['client']],
    ['is silent', [], []],
  ])('%s', (_, requests, expected) => {
    expect(names(snapshot(requests))).toEqual(expected)
  })

  it('is said to fail no more often than it may have: one with that address itself may share it', () => {
    const reasons = (port: number) =>
      rejectedClients(snapshot([request('tls', port), request('tls', port, 21_000)])).map(({ reason }) => reason)
    expect(reasons(7)).toEqual(['bad certificate, 2 times'])
    expect(reasons(9)).toEqual(['bad certificate, up to 2 times'])
  })

  it('is known by its own address where that is not hidden', () => {
    expect(names(snapshot([{ ...request('tls', 1), address: '10.244.1.4' }]))).toEqual(['client'])
  })

  it('is left alone with an open connection that its API server knows, but for a 401', () => {
    const connected = {
      peers: new Set(['172.18.0.13 7']),
      machines: [{ ...machine, podSockets: new Set(['10.244.1.4 6']) }],
    }
    expect(names(snapshot([request('tls', 7)], connected))).toEqual([])
    expect(names(snapshot([request('unauthorized', 7)], connected))).toEqual(['client'])
  })

  it('is not left alone for a connection that is open at one end only', () => {
    const peers = new Set(['172.18.0.13 7'])
    const machines = [{ ...machine, podSockets: new Set(['10.244.1.4 6']) }]
    expect(names(snapshot([request('tls', 7)], { peers }))).toEqual(['client'])
    expect(names(snapshot([request('tls', 7)], { machines }))).toEqual(['client'])
  })

  it('is known by its own words where the API servers do not tell', () => {
    const complaints = new Map([['client', 20_000]])
    expect(rejectedClients(snapshot([], { complaints }))).toEqual([
      { pod: client, reason: 'its own log ends with a rejection', isByOwnLog: true },
    ])
    const startedAtMs = new Map([['client', 19_500]])
    expect(names(snapshot([], { complaints, startedAtMs }))).toEqual([])
    expect(names(snapshot([request('served', 7, 21_000)], { complaints }))).toEqual([])
    const connected = {
      peers: new Set(['172.18.0.13 7']),
      machines: [{ ...machine, podSockets: new Set(['10.244.1.4 6']) }],
    }
    expect(names(snapshot([], { complaints, ...connected }))).toEqual([])
  })

  it.each([
    ['it asks every second, and its volumes are new', { failures: [19_000, 20_000], seenAtMs: 21_200 }, true],
    ['its volumes have been new for two periods', { failures: [19_000, 20_000], seenAtMs: 23_200 }, false],
    ['it failed again with the new volumes', { failures: [19_000, 20_500], seenAtMs: 21_200 }, false],
    ['it asks seldom', { failures: [12_000, 20_000], seenAtMs: 21_200 }, false],
    ['it asked once', { failures: [20_000], seenAtMs: 21_200 }, false],
  ])('is given time to read its credentials again: %s', (_, { failures, seenAtMs }, undecided) => {
    const requests = failures.map((atMs) => request('tls', 7, atMs))
    const seen = rejectedClients(snapshot(requests, { volumesAtMs: new Map([['client', 20_200]]), seenAtMs }))
    expect(seen.map(({ isUndecided }) => isUndecided ?? false)).toEqual([undecided])
  })

  it.each([
    ['before its volumes were written, a while ago', 20_000, []],
    ['since', 30_000, ['client']],
  ])('is judged by what failed %s', (_, atMs, expected) => {
    const change = { volumesAtMs: new Map([['client', 20_200]]), seenAtMs: 90_000 }
    expect(names(snapshot([request('tls', 7, atMs)], change))).toEqual(expected)
  })

  it('is not blamed for what it did before its restart', () => {
    const change = { startedAtMs: new Map([['client', 19_500]]) }
    expect([20_000, 21_000].map((atMs) => names(snapshot([request('tls', 7, atMs)], change)))).toEqual([[], ['client']])
  })
})

describe('a pod in the network of its machine', () => {
  it.each([
    ['is rejected', request('tls', 9), ['kube-proxy']],
    ['may not be it: the connection is not tracked any more', request('tls', 1234), []],
    ['is not blamed for its kubelet, rejected before it was restarted', request('tls', 9, 9000), []],
    ['is not blamed for who hangs up', request('dropped', 9), []],
    ['shows an old token, by its name', request('unauthorized', 9, 20_000, 'kube-proxy/v1.36.4'), ['kube-proxy']],
    ['is not blamed for another program', request('unauthorized', 9, 20_000, 'curl/8.0'), []],
  ])('%s', (_, seen, expected) => {
    expect(names(snapshot([seen]))).toEqual(expected)
  })

  it.each([
    ['undecided just after the start of its kubelet', 12_500, [], true],
    ['of no interest a moment later', 13_500, [], undefined],
    ['rejected when it was seen to be', 12_500, [request('tls', 9, 12_000)], false],
    ['served when it was seen to be', 12_500, [request('served', 9, 12_000, 'kube-proxy/v1.36.4')], undefined],
  ])('is %s', (_, seenAtMs, requests, undecided) => {
    const [found] = rejectedClients(snapshot(requests, { seenAtMs, pods: [proxy] }))
    expect(found && (found.isUndecided ?? false)).toBe(undecided)
  })

  it('is left alone when it holds a connection to an API server', () => {
    const sockets = [{ container: 'kube-proxy-container', address: '172.18.0.12', port: 6443 }]
    expect(names(snapshot([request('tls', 9)], { machines: [{ ...machine, sockets }] }))).toEqual([])
  })

  it('is found behind a balancer by where its machine connected to', () => {
    const rejected = { ...request('tls', 5), address: balancer }
    const connected = { ...machine, connections: [{ ...own, destination: balancer }] }
    expect(names(snapshot([rejected]))).toEqual([])
    expect(names(snapshot([rejected], { machines: [connected] }))).toEqual(['kube-proxy'])
  })

  // In a cluster of IPv6 with machines of both families all kube-proxies stayed rejected.
  it('is found by each address of its machine', () => {
    const rejected = { ...request('tls', 5), address: balancer }
    const connected = { ...machine, connections: [{ ...own, source: 'fd00::13', destination: balancer }] }
    expect(names(snapshot([rejected], { machines: [connected] }))).toEqual(['kube-proxy'])
    expect(names(snapshot([{ ...request('tls', 9), address: 'fd00::13' }]))).toEqual([])
  })
})

it('never names static pods, pods without a token, or those that do not run', () => {
  const changes: Partial<Pod>[] = [{ isMirror: true }, { tokenFiles: [] }, { running: false }]
  for (const change of changes)
    expect(names(snapshot([request('tls', 7)], { pods: [pod('client', change)] }))).toEqual([])
})

it('never names one that was served last, in whatever order things are seen', () => {
  const outcomes = ['tls', 'dropped', 'unauthorized', 'served'] as const
  for (let seed = 0; seed < 4 ** 4; seed += 1) {
    const requests = [0, 1, 2, 3].map((at) =>
      request(outcomes[Math.floor(seed / 4 ** at) % 4] ?? 'tls', 7, 20_000 + at * 1000),
    )
    const last = requests.at(-1)?.outcome
    const found = names(snapshot(requests.toReversed()))
    expect(found).toEqual(names(snapshot(requests)))
    if (last === 'served') expect(found).toEqual([])
    if (last === 'tls' || last === 'unauthorized') expect(found).toEqual(['client'])
  }
})

it('an OpenSSL client in a pod is rejected like others; of pods with the address of their machine nobody knows', () => {
  const names = (port: number) =>
    rejectedClients(snapshot([request('tls', port, 20_000, 'bad record MAC')])).map((each) => each.pod.name)
  expect(names(7)).toEqual(['client'])
  expect(names(9)).toEqual([])
})

describe('unknownClients', () => {
  const since = 15_000
  const outside = { address: '192.0.2.7' }
  const ownCredentials = pod('own', { tokenFiles: [], addresses: ['10.244.1.9'] })
  const connected = { sockets: [{ container: 'kube-proxy-container', address: '172.18.0.12', port: 6443 }] }

  it.each<[string, ApiClientSnapshot, readonly object[]]>([
    ['a pod that rejectedClients names', snapshot([request('tls', 7)]), []],
    [
      'somebody outside of the cluster',
      snapshot([
        { ...request('unauthorized', 40, 20_000, 'curl/8'), ...outside },
        { ...request('tls', 41, 21_000), ...outside },
      ]),
      [{ where: 'somebody at 192.0.2.7', reason: 'bad certificate, 2 times' }],
    ],
    ['who was rejected long ago', snapshot([{ ...request('tls', 40, 14_000), ...outside }]), []],
    ['who was served', snapshot([{ ...request('served', 40), ...outside }]), []],
    ['a health check, which hangs up', snapshot([{ ...request('dropped', 40), ...outside }]), []],
    [
      'a pod that was given no credentials',
      snapshot([{ ...request('unauthorized', 40), address: '10.244.1.9' }], { pods: [ownCredentials] }),
      [{ where: 'pod default/own', reason: '401, once' }],
    ],
    ['what may be a pod of the machine', snapshot([request('tls', 9)]), []],
    [
      'a program of a machine whose own pods are served',
      snapshot([request('tls', 9)], { machines: [{ ...machine, ...connected }] }),
      [{ where: 'a program or a pod with the address of w1', reason: 'bad certificate, once' }],
    ],
    [
      'a curl on a machine, which may have silent pods with its address',
      snapshot([request('tls', 9, 20_000, 'bad record MAC')]),
      [{ where: 'a program or a pod with the address of w1', reason: 'bad record MAC, once' }],
    ],
    [
      'one whose connection is tracked no more',
      snapshot([request('tls', 77)]),
      [{ where: 'a pod or a program on w1', reason: 'bad certificate, once' }],
    ],
  ])('%s', (_, seen, unknown) => {
    expect(unknownClients(seen, since)).toEqual(unknown)
  })
})
