import type { V1Pod, V1Toleration } from '@kubernetes/client-node'
import { describe, expect, test } from 'vitest'
import { podIdentityOf, podSchema } from './pod-snapshot.ts'
import { runtimeContainersOf } from './runtime-containers.ts'

const pod = (more: object = {}) =>
  ({
    metadata: { namespace: 'drill', name: 'echo', uid: 'u', annotations: {} },
    spec: { nodeName: 'worker', tolerations: [], volumes: [] },
    status: {
      phase: 'Running',
      podIP: '10.244.1.2',
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: [
        {
          name: 'main',
          containerID: 'containerd://abc',
          restartCount: 2,
          ready: true,
          state: { running: { startedAt: new Date(0) } },
        },
        { name: 'waiting', restartCount: 0, ready: false, state: { waiting: {} } },
      ],
    },
    ...more,
  }) as unknown as V1Pod

describe('identity of a pod', () => {
  test('who it is and what runs in it', () => {
    const identity = podIdentityOf(pod())
    expect(podSchema.parse(identity)).toEqual(identity)
    expect(identity).toMatchObject({ node: 'worker', ip: '10.244.1.2', ready: true, deleting: false, mirror: false })
    expect(identity.containers).toEqual([
      { name: 'main', id: 'abc', startedAt: '1970-01-01T00:00:00.000Z', restartCount: 2, ready: true },
      { name: 'waiting', id: null, startedAt: null, restartCount: 0, ready: false },
    ])
  })

  test('a pod of which nothing is known yet', () => {
    const identity = podIdentityOf({ metadata: { name: 'x' } })
    expect(podSchema.parse(identity)).toMatchObject({
      node: null,
      ip: null,
      phase: 'Unknown',
      ready: false,
      containers: [],
    })
  })

  test('a static pod, and one that is being deleted', () => {
    expect(podIdentityOf(pod({ metadata: { annotations: { 'kubernetes.io/config.mirror': 'x' } } })).mirror).toBe(true)
    expect(podIdentityOf(pod({ metadata: { deletionTimestamp: new Date() } })).deleting).toBe(true)
  })

  test('volumes with a token', () => {
    const volumes = [
      { name: 'a', projected: { sources: [{ configMap: {} }, { serviceAccountToken: { path: 'token' } }] } },
      { name: 'b', projected: { sources: [{ configMap: {} }] } },
      { name: 'c', emptyDir: {} },
    ]
    expect(podIdentityOf(pod({ spec: { volumes } })).tokenVolumes).toEqual(['a'])
  })

  const toleration = (key: string | undefined, tolerationSeconds?: number): V1Toleration => ({
    ...(key === undefined ? {} : { key: `node.kubernetes.io/${key}` }),
    effect: 'NoExecute',
    operator: 'Exists',
    ...(tolerationSeconds === undefined ? {} : { tolerationSeconds }),
  })
  test.each<[string, V1Toleration[], number | null]>([
    ['everybody, by admission', [toleration('not-ready', 300), toleration('unreachable', 300)], 300],
    ['the canary', [toleration('not-ready', 30), toleration('unreachable', 30)], 30],
    ['a DaemonSet', [toleration('not-ready'), toleration('unreachable')], null],
    ['a static pod', [toleration(undefined)], null],
    ['who tolerates only one of the two', [toleration('not-ready', 300)], 0],
    ['who tolerates nothing', [], 0],
  ])('tolerates a node that is not ready: %s', (_, tolerations, seconds) => {
    expect(podIdentityOf(pod({ spec: { tolerations } })).evictedAfterSeconds).toBe(seconds)
  })
})

describe('containers of a runtime', () => {
  const container = (createdAt: string, state: string) => ({
    id: 'abc',
    podSandboxId: 'box',
    metadata: { name: 'main', attempt: 1 },
    state,
    createdAt,
    labels: { 'io.kubernetes.pod.uid': 'u', 'io.kubernetes.pod.namespace': 'drill', 'io.kubernetes.pod.name': 'echo' },
  })

  test('as crictl 1.36 prints them', () => {
    const json = JSON.stringify({ containers: [container('1795486818718878220', 'CONTAINER_RUNNING')] })
    expect(runtimeContainersOf(json)).toEqual([
      {
        podUid: 'u',
        namespace: 'drill',
        pod: 'echo',
        name: 'main',
        id: 'abc',
        sandboxId: 'box',
        createdAt: '2026-11-24T02:20:18.718Z',
        running: true,
      },
    ])
  })

  test('one that has ended, and a list that is none', () => {
    expect(runtimeContainersOf(JSON.stringify({ containers: [container('1', 'CONTAINER_EXITED')] }))[0]?.running).toBe(
      false,
    )
    expect(() => runtimeContainersOf('{}')).toThrow()
  })
})
