import { describe, expect, test } from 'vitest'
import type { PodIdentity, PodSnapshot } from '../../observe/pod-snapshot.ts'
import type { RuntimeContainer } from '../../observe/runtime-containers.ts'
import { goodRecord, goodRun, goodSeries, withEvidence } from '../../testing/run-fixture.ts'
import { workloadsUndisturbed } from './check.ts'

const spoilt = (name: string, change: (pod: PodIdentity) => Partial<PodIdentity>) =>
  withEvidence('pods-settled', (good) => ({
    ...good,
    pods: good.pods.map((pod) => (pod.name === name ? { ...pod, ...change(pod) } : pod)),
  }))
const container = (change: Partial<PodIdentity['containers'][number]>) => (pod: PodIdentity) => ({
  containers: pod.containers.map((one) => ({ ...one, ...change })),
})

test('says what was compared', () => {
  expect(workloadsUndisturbed.judge(goodRun).summary).toBe(
    '4 workload pods kept UID, address, containers, start times and restart counts, but for 1 restart in place of the client that reads its credentials once; 2 pods answered with one boot nonce each',
  )
})

describe('fails', () => {
  test.each([
    ['another UID', () => ({ uid: 'other' }), 'the pod is gone'],
    ['another address', () => ({ ip: '10.244.9.9' }), 'address 10.244.9.9 instead of 10.244.1.2'],
    ['another node', () => ({ node: 'elsewhere' }), 'on elsewhere instead of worker'],
    ['not ready', () => ({ ready: false }), 'not ready in the end'],
    ['another container', container({ id: 'other' }), 'container main is another one'],
    ['another start', container({ startedAt: '2026-11-24T02:02:00.000Z' }), 'started again at'],
    ['a restart', container({ restartCount: 1 }), 'restarted, 1 instead of 0 times'],
    ['no container', () => ({ containers: [] }), 'container main is gone'],
  ])('%s', (_, change, summary) => {
    expect(workloadsUndisturbed.judge(spoilt('echo-a', change))).toMatchObject({
      verdict: 'fail',
      summary: expect.stringContaining(summary) as string,
    })
  })

  test.each([{ running: false }, { createdAt: '2026-11-24T02:02:00.000Z' }, { sandboxId: 'other' }, { id: 'other' }])(
    'the runtime disagrees with the API: %j',
    (change) => {
      const run = withEvidence('pods-settled', (good) => ({
        ...good,
        runtime: good.runtime.map(({ node, containers }) => ({
          node,
          containers: containers?.map((one) => (one.pod === 'echo-a' ? { ...one, ...change } : one)) ?? null,
        })),
      }))
      expect(workloadsUndisturbed.judge(run)).toMatchObject({
        verdict: 'fail',
        summary: 'drill/echo-a: the runtime no longer runs container main as it did',
      })
    },
  )

  test('a pod that answered with two boot nonces, though nothing else is known', () => {
    const series = [{ ...goodSeries('pod'), backends: ['none', 'echo-a 1111', 'echo-a 3333'] }]
    expect(workloadsUndisturbed.judge({ ...goodRun, evidence: {}, series })).toMatchObject({
      verdict: 'fail',
      summary: 'echo-a: 2 boot nonces, so it was restarted',
    })
  })
})

describe('of the client that reads its credentials once', () => {
  const once = 'api-client-once-a'

  test('one restart in place is allowed, and said', () => {
    expect(workloadsUndisturbed.judge(goodRun)).toMatchObject({
      verdict: 'pass',
      details: [
        `drill-workload/${once}: restarted once in place, as it must be: it reads token and CA at its start only`,
      ],
    })
  })

  test('none is allowed too: whether it works is judged elsewhere', () => {
    const { pods, runtime } = goodRun.evidence['pods-baseline'] as PodSnapshot
    const run = withEvidence('pods-settled', (good) => ({ ...good, pods, runtime }))
    expect(workloadsUndisturbed.judge(run)).toMatchObject({ verdict: 'pass', details: [] })
  })

  test.each([
    ['two restarts', container({ restartCount: 2 }), 'restarted, 2 instead of 0 times'],
    ['another pod', () => ({ uid: 'other' }), 'the pod is gone'],
    ['another address', () => ({ ip: '10.244.9.9' }), 'address 10.244.9.9'],
    ['not ready', () => ({ ready: false }), 'not ready in the end'],
  ])('%s: fails', (_, change, words) => {
    const { details, verdict } = workloadsUndisturbed.judge(spoilt(once, change))
    expect({ verdict, details: details.join() }).toEqual({
      verdict: 'fail',
      details: expect.stringContaining(words) as string,
    })
  })

  test.each([{ sandboxId: 'other' }, { running: false }])('%j by the runtime: fails', (change) => {
    const run = withEvidence('pods-settled', (good) => ({
      ...good,
      runtime: good.runtime.map(({ node, containers }) => ({
        node,
        containers: containers?.map((one) => (one.pod === once ? { ...one, ...change } : one)) ?? null,
      })),
    }))
    expect(workloadsUndisturbed.judge(run)).toMatchObject({
      verdict: 'fail',
      summary: `drill-workload/${once}: the runtime no longer runs container main as it did`,
    })
  })

  test('nobody else has that right', () => {
    const run = spoilt('echo-a', container({ id: 'other', restartCount: 1 }))
    expect(workloadsUndisturbed.judge(run).verdict).toBe('fail')
  })
})

test('a restart in place of a part of the cluster is said and not judged', () => {
  const finding = workloadsUndisturbed.judge(spoilt('kube-proxy-a', container({ id: 'other', restartCount: 1 })))
  expect(finding).toMatchObject({
    verdict: 'pass',
    details: expect.arrayContaining([
      'kube-system/kube-proxy-a: container main restarted in place, 0 → 1 (part of the cluster)',
    ]) as string[],
  })
})

describe('is unknown', () => {
  test('a runtime did not answer', () => {
    const run = withEvidence('pods-settled', (good) => ({
      ...good,
      runtime: good.runtime.map((one, index) => (index === 0 ? { ...one, containers: null } : one)),
    }))
    expect(workloadsUndisturbed.judge(run)).toMatchObject({
      verdict: 'unknown',
      summary: 'worker: the container runtime did not answer',
    })
  })

  test('the runtimes never showed the workload', () => {
    const run = withEvidence('pods-baseline', (good) => ({ ...good, runtime: [] }))
    expect(workloadsUndisturbed.judge(run).verdict).toBe('unknown')
  })

  test('no workload told its boot nonce', () => {
    expect(workloadsUndisturbed.judge({ ...goodRun, series: [] })).toMatchObject({
      verdict: 'unknown',
      summary: 'no workload told its boot nonce',
    })
  })

  test('there was no workload', () => {
    const run = withEvidence('pods-baseline', (good) => ({
      ...good,
      pods: good.pods.filter(({ namespace }) => namespace === 'kube-system'),
    }))
    expect(workloadsUndisturbed.judge(run)).toMatchObject({ verdict: 'unknown', summary: 'there was no workload' })
  })
})

describe('where tokens and CA were not lost', () => {
  const kept = (run: typeof goodRun) =>
    workloadsUndisturbed.judge({ ...run, record: { ...goodRecord, replaces: ['worker-kubelets'] } })
  /** As if nothing had restarted: the snapshot of before, taken again. */
  const same = withEvidence('pods-settled', () => goodRun.evidence['pods-baseline'])
  const spoilSame = (name: string, change: Partial<PodIdentity>) =>
    withEvidence('pods-settled', () => {
      const before = goodRun.evidence['pods-baseline'] as PodSnapshot
      return { ...before, pods: before.pods.map((pod) => (pod.name === name ? { ...pod, ...change } : pod)) }
    })

  test('everything of kube-system counts as well, and passes when it is the same', () => {
    expect(kept(same)).toMatchObject({ verdict: 'pass', summary: expect.stringContaining('6 workload pods') as string })
  })

  test('a static pod has another UID in its runtime than its mirror has in the API', () => {
    const snapshot = goodRun.evidence['pods-baseline'] as PodSnapshot
    const runtime = snapshot.runtime.map(({ node, containers }) => ({
      node,
      containers: (containers ?? []).map((one) =>
        one.podUid === 'uid-etcd-control-plane' ? { ...one, podUid: 'hash-of-the-manifest' } : one,
      ),
    }))
    const evidence = {
      ...goodRun.evidence,
      'pods-baseline': { ...snapshot, runtime },
      'pods-settled': { ...snapshot, runtime },
    }
    expect(kept({ ...goodRun, evidence }).verdict).toBe('pass')
  })

  test('the client that reads its credentials once has no reason to restart', () => {
    expect(kept(goodRun).details).toContainEqual(
      expect.stringContaining('api-client-once-a: container main is another'),
    )
  })

  test.each(['kube-proxy-a', 'etcd-control-plane'])('%s has no reason to be another pod', (name) => {
    expect(kept(spoilSame(name, { uid: 'other' }))).toMatchObject({
      verdict: 'fail',
      summary: `kube-system/${name}: the pod is gone`,
    })
  })
})

/** As kubelet and runtime tell of a static pod: the mirror pod has a UID, the containers carry the manifest's hash. */
function withStaticPod(change: Partial<RuntimeContainer> = {}) {
  const before = goodRun.evidence['pods-baseline'] as PodSnapshot
  const runtimeWith = (more: Partial<RuntimeContainer>) =>
    before.runtime.map(({ node, containers }) => ({
      node,
      containers:
        containers?.map((one) =>
          one.pod === 'etcd-control-plane' && node === 'worker'
            ? { ...one, podUid: 'hash-of-the-manifest', ...more }
            : one,
        ) ?? null,
    }))
  return {
    ...goodRun,
    record: { ...goodRecord, replaces: [] },
    evidence: {
      ...goodRun.evidence,
      'pods-baseline': { ...before, runtime: runtimeWith({}) },
      'pods-settled': { ...before, runtime: runtimeWith(change) },
    },
  }
}

describe('where no static pod was lost', () => {
  // Found by `drill run noop`: static pods were looked for by the UID of their mirror pods, and never seen.
  test('static pods count as well', () => expect(workloadsUndisturbed.judge(withStaticPod()).verdict).toBe('pass'))

  test('a static pod that started again fails', () =>
    expect(workloadsUndisturbed.judge(withStaticPod({ id: 'other' }))).toMatchObject({
      verdict: 'fail',
      summary: 'kube-system/etcd-control-plane: the runtime no longer runs container main as it did',
    }))
})
