import { describe, expect, test } from 'vitest'
import { expectNotReady } from '../../model/expected-not-ready.ts'
import type { RunView } from '../../model/run-view.ts'
import { goodEvidence } from '../../testing/good-evidence.ts'
import { outcomes } from '../../model/probe-series.ts'
import { healthyBefore } from './check.ts'
import { goodRun, goodSeries, withEvidence, withRecord } from '../../testing/run-fixture.ts'

test('says what was healthy', () => {
  expect(healthyBefore.judge(goodRun).summary).toBe('3 nodes Ready, 6 pods ready, no failed probe in 5 000')
})

test.each([
  [
    'a node',
    withEvidence('nodes-baseline', (good) => ({
      ...good,
      nodes: good.nodes.map((node) => ({ ...node, ready: 'Unknown' })),
    })),
    'was not Ready',
  ],
  [
    'a pod',
    withEvidence('pods-baseline', (good) => ({ ...good, pods: good.pods.map((pod) => ({ ...pod, ready: false })) })),
    'was not ready',
  ],
  ['no pod', withEvidence('pods-baseline', (good) => ({ ...good, pods: [] })), 'there was no pod'],
  ['no node', withEvidence('nodes-baseline', (good) => ({ ...good, nodes: [] })), 'there was no node'],
  [
    'an API server',
    withEvidence('api-servers-baseline', (good) => ({
      ...good,
      servers: good.servers.map((server) => ({ ...server, status: 500 })),
    })),
    'API of control-plane',
  ],
])('an unhealthy baseline makes the drill void: %s', (_, run, summary) => {
  expect(healthyBefore.judge(run)).toMatchObject({
    verdict: 'unknown',
    summary: expect.stringContaining(summary) as string,
  })
})

describe('a Node that is not Ready on purpose', () => {
  const events = [...goodRun.events, { seq: 9999, atMs: 1, ...expectNotReady(['worker2']) }]
  const sick = (name: string) =>
    withEvidence('nodes-baseline', (good) => ({
      ...good,
      nodes: good.nodes.map((node) => (node.name === name ? { ...node, ready: 'False' } : node)),
    }))
  const unreadyPods = ({ evidence }: RunView, node: string) => ({
    ...evidence,
    'pods-baseline': {
      ...goodEvidence['pods-baseline'],
      pods: goodEvidence['pods-baseline'].pods.map((pod) => (pod.node === node ? { ...pod, ready: false } : pod)),
    },
  })

  test('makes no baseline void, nor do its pods', () => {
    const run = { ...sick('worker2'), events }
    expect(healthyBefore.judge({ ...run, evidence: unreadyPods(run, 'worker2') })).toMatchObject({
      verdict: 'pass',
      summary: expect.stringContaining('2 nodes Ready, 1 not on purpose') as string,
    })
  })

  test.each([
    ['it is Ready', { ...goodRun, events }, 'worker2 was Ready, and was not to be'],
    ['another is not', { ...sick('worker'), events }, 'worker was not Ready'],
    ['no workload says so', sick('worker2'), 'worker2 was not Ready'],
  ])('the baseline is void where %s', (_, run, summary) => {
    expect(healthyBefore.judge(run)).toMatchObject({
      verdict: 'unknown',
      summary: expect.stringContaining(summary) as string,
    })
  })

  test('the pods of other Nodes are judged', () => {
    const run = { ...sick('worker2'), events }
    expect(healthyBefore.judge({ ...run, evidence: unreadyPods(run, 'worker') }).verdict).toBe('unknown')
  })
})

test('a probe that failed before the fault counts, one that failed after it does not', () => {
  const [before, after] = [goodSeries('pod'), goodSeries('pod')]
  before.outcome[2499] = outcomes.failed
  after.outcome[2500] = outcomes.failed
  expect(healthyBefore.judge({ ...goodRun, series: [before] })).toMatchObject({
    verdict: 'unknown',
    summary: 'pod: 1 probe failed before the fault',
  })
  expect(healthyBefore.judge({ ...goodRun, series: [after] }).verdict).toBe('pass')
})

test('without a fault the baseline ends with its phase', () => {
  expect(healthyBefore.judge(withRecord({ injectedAtMs: null })).summary).toContain('no failed probe in 4 500')
  expect(healthyBefore.judge(withRecord({ injectedAtMs: null, phases: [] })).verdict).toBe('unknown')
})
