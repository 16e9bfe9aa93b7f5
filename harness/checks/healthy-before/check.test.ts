import { expect, test } from 'vitest'
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
