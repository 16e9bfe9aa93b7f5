import { expect, test } from 'vitest'
import { outcomes } from '../../model/probe-series.ts'
import { goodRecord, goodRun, goodSeries } from '../../testing/run-fixture.ts'
import type { WatchedApi } from '../api-never-down/collect.ts'
import { apiServedThroughRestarts } from './check.ts'

const check = apiServedThroughRestarts({ longestGapMs: 3000, restartMs: 20_000 })
const watched = (target: string, change: Partial<WatchedApi> = {}): WatchedApi => ({
  ...{ target, fromMs: 60_000, toMs: 220_000, samples: 790, late: 0, failures: [], longestGapMs: 260 },
  ...change,
})
const away = (target: string, atMs: number, longestGapMs = 9000) =>
  watched(target, { longestGapMs, failures: [{ atMs, problem: 'ECONNREFUSED' }] })
const judge = (controlPlanes: number, ...apis: WatchedApi[]) =>
  check.judge({
    ...goodRun,
    record: { ...goodRecord, topology: { controlPlanes, workers: 1 } },
    evidence: { 'api-watch': { apis } },
  })

test('API servers may be away one after the other, while the balancer is not', () => {
  const apis = [away('m1', 90_000), away('m2', 110_000), watched('balancer')]
  expect(judge(2, ...apis)).toMatchObject({ verdict: 'pass' })
})

test('what the prober saw through the balancer counts too', () => {
  const good = goodSeries('api-balancer')
  const failed = { ...good, outcome: good.outcome.map((ok, n) => (n === 4000 ? outcomes.failed : ok)) }
  const run = {
    ...{ ...goodRun, record: { ...goodRecord, topology: { controlPlanes: 2, workers: 1 } } },
    evidence: { 'api-watch': { apis: [watched('m1'), watched('m2'), watched('balancer')] } },
  }
  expect(check.judge({ ...run, series: [good] }).verdict).toBe('pass')
  expect(check.judge({ ...run, series: [failed] }).verdict).toBe('fail')
})

test('one control plane has nobody to stand in for it', () => {
  expect(judge(1, away('m1', 90_000), away('balancer', 90_000))).toMatchObject({ verdict: 'pass' })
})

test.each([
  [
    'a sample through the balancer failed',
    [away('m1', 90_000), watched('m2'), away('balancer', 90_000)],
    'balancer: 1 of 790',
  ],
  [
    'an API server was away too long',
    [away('m1', 90_000, 25_000), watched('m2'), watched('balancer')],
    'm1: away for 25',
  ],
  [
    'two were away together',
    [away('m1', 90_000), away('m2', 90_500), watched('balancer')],
    'm1 and m2 were away together',
  ],
])('fails where %s', (_, apis, words) => {
  expect(judge(2, ...apis)).toMatchObject({ verdict: 'fail', summary: expect.stringContaining(words) as string })
})

test.each([
  ['an endpoint was not watched', [watched('m1'), watched('balancer')]],
  [
    'the balancer was not sampled for long',
    [watched('m1'), watched('m2'), watched('balancer', { longestGapMs: 5000 })],
  ],
  ['it was watched only after the loss', [watched('m1'), watched('m2'), watched('balancer', { fromMs: 71_000 })]],
])('is unknown where %s', (_, apis) => expect(judge(2, ...apis)).toMatchObject({ verdict: 'unknown' }))
