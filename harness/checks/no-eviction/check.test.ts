import { describe, expect, test } from 'vitest'
import { noEviction } from './check.ts'
import { expectNotReady } from '../../model/expected-not-ready.ts'
import { goodEvidence } from '../../testing/good-evidence.ts'
import { wallAt } from '../../testing/good-moments.ts'
import { goodRun, reached, withEvidence, withRecord } from '../../testing/run-fixture.ts'

test('says how long the window was', () => {
  expect(noEviction.judge(goodRun).summary).toBe(
    'no NoExecute taint, none of 6 pods deleted, 93 s after all controllers were back',
  )
})

const event = {
  reason: 'TaintManagerEviction',
  component: 'taint-eviction-controller',
  kind: 'Pod',
  namespace: 'drill',
  name: 'echo-a',
  uid: 'uid-echo-a',
  message: 'Marking for deletion',
  at: wallAt(140_000),
}
const withEvent = (change: Partial<typeof event>) =>
  withEvidence('eviction-events-settled', (good) => ({ ...good, events: [{ ...event, ...change }] }))

describe('fails', () => {
  test('the canary was deleted', () => {
    const run = withEvidence('pods-settled', (good) => ({
      ...good,
      pods: good.pods.filter(({ name }) => name !== 'canary-a'),
    }))
    expect(noEviction.judge(run)).toMatchObject({ verdict: 'fail', summary: 'pod drill/canary-a was deleted' })
  })

  test('a pod of the same name is another pod', () => {
    const run = withEvidence('pods-settled', (good) => ({
      ...good,
      pods: good.pods.map((pod) => (pod.name === 'echo-a' ? { ...pod, uid: 'other' } : pod)),
    }))
    expect(noEviction.judge(run)).toMatchObject({ verdict: 'fail', summary: 'pod drill/echo-a was deleted' })
  })

  test('a pod is on its way out', () => {
    const run = withEvidence('pods-settled', (good) => ({
      ...good,
      pods: good.pods.map((pod) => ({ ...pod, deleting: pod.name === 'echo-b' })),
    }))
    expect(noEviction.judge(run)).toMatchObject({ verdict: 'fail', summary: 'pod drill/echo-b is being deleted' })
  })

  test.each(['nodes-recovered', 'nodes-settled'] as const)('a NoExecute taint in %s', (name) => {
    const taint = { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' }
    const run = withEvidence(name, (good) => ({
      ...good,
      nodes: good.nodes.map((node) => ({ ...node, taints: node.name === 'worker' ? [taint] : node.taints })),
    }))
    expect(noEviction.judge(run)).toMatchObject({
      verdict: 'fail',
      summary: 'worker has the NoExecute taint node.kubernetes.io/unreachable',
    })
  })

  test('an eviction that was called off', () => {
    expect(noEviction.judge(withEvent({ message: 'Cancelling deletion' })).verdict).toBe('fail')
  })

  test('the node controller saw a node not ready, which taints it', () => {
    expect(
      noEviction.judge(withEvent({ reason: 'NodeNotReady', component: 'node-controller', kind: 'Node', uid: '' }))
        .verdict,
    ).toBe('fail')
  })
})

test.each([
  ['a kubelet says itself that it is not ready', { reason: 'NodeNotReady', component: 'kubelet' }],
  ['it was before the fault', { at: wallAt(69_000) }],
  ['a container of a static pod was killed', { reason: 'Killing', component: 'kubelet' }],
  ['it was no pod of the baseline', { reason: 'Evicted', uid: 'other' }],
])('an event counts not when %s', (_, change) => {
  expect(noEviction.judge(withEvent(change)).verdict).toBe('pass')
})

test('a taint and a mirror pod that come and go with the cluster count not', () => {
  const taint = { key: 'mine', effect: 'NoExecute' }
  const tainted = (good: (typeof goodEvidence)['nodes-settled']) => ({
    ...good,
    nodes: good.nodes.map((node) => ({ ...node, taints: [taint] })),
  })
  const evidence = {
    ...goodEvidence,
    'nodes-baseline': tainted(goodEvidence['nodes-baseline']),
    'nodes-settled': tainted(goodEvidence['nodes-settled']),
    'pods-settled': {
      ...goodEvidence['pods-settled'],
      pods: goodEvidence['pods-settled'].pods.filter(({ mirror }) => !mirror),
    },
  }
  expect(noEviction.judge({ ...goodRun, evidence }).verdict).toBe('pass')
})

test('what leaves a Node that is not Ready on purpose counts not, and nothing else is excused', () => {
  const events = [...goodRun.events, { seq: 9999, atMs: 1, ...expectNotReady(['worker']) }]
  const podOn = (node: string) => goodEvidence['pods-baseline'].pods.find((pod) => pod.node === node && !pod.mirror)
  const evicted = (node: string) => {
    const { uid = '', namespace = '', name = '' } = podOn(node) ?? {}
    const gone = goodEvidence['pods-settled'].pods.filter((pod) => pod.uid !== uid)
    const run = withEvent({ uid: '', namespace, name })
    const settled = { ...goodEvidence['pods-settled'], pods: gone }
    return noEviction.judge({ ...run, events, evidence: { ...run.evidence, 'pods-settled': settled } })
  }
  expect(evicted('worker').verdict).not.toBe('fail')
  expect(evicted('worker2').verdict).toBe('fail')
})

describe('is unknown', () => {
  test('there was no canary', () => {
    const run = withEvidence('pods-baseline', (good) => ({
      ...good,
      pods: good.pods.filter(({ name }) => name !== 'canary-a'),
    }))
    expect(noEviction.judge(run)).toMatchObject({
      verdict: 'unknown',
      summary: 'no canary was there to be evicted early',
    })
  })

  test('the window was not waited out', () => {
    const run = withRecord(reached({ recovered: 71_000 }))
    expect(noEviction.judge(run)).toMatchObject({
      verdict: 'unknown',
      summary: expect.stringContaining('79 s after') as string,
    })
  })

  test('the controllers never came back', () => {
    expect(noEviction.judge(withRecord(reached({ recovered: null }))).verdict).toBe('unknown')
  })
})

test.each([
  [5, 56, 'pass'],
  [5, 54, 'unknown'],
  [30, 79, 'unknown'],
])('a canary that tolerates %i s shows evictions for %i s: %s', (evictedAfterSeconds, waitedSeconds, verdict) => {
  const run = withEvidence('pods-baseline', (good) => ({
    ...good,
    pods: good.pods.map((pod) => (pod.name === 'canary-a' ? { ...pod, evictedAfterSeconds } : pod)),
  }))
  // The good run ends 150 s after the loss.
  const record = withRecord(reached({ recovered: 150_000 - waitedSeconds * 1000 })).record
  expect(noEviction.judge({ ...run, record }).verdict).toBe(verdict)
})

test('a run without a fault has no window', () => {
  expect(noEviction.judge(withRecord({ injectedAtMs: null })).summary).toBe(
    'no NoExecute taint, none of 6 pods deleted',
  )
})
