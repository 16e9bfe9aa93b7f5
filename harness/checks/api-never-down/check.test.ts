import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { DrillContext } from '../../model/context.ts'
import { outcomes, type ProbeSeries } from '../../model/probe-series.ts'
import { goodRun, goodSeries, withEvidence } from '../../testing/run-fixture.ts'
import { selfSigned } from '../../workload/self-signed.ts'
import { watchTarget } from './api-watch.ts'
import { apiNeverDown } from './check.ts'
import type { WatchedApi } from './collect.ts'

const check = apiNeverDown({ longestGapMs: 3000 })
const spoilt = (change: Partial<WatchedApi>) =>
  withEvidence('api-watch', ({ apis }) => ({
    apis: apis.map((api) => (api.target === 'balancer' ? { ...api, ...change } : api)),
  }))

test('says how many samples were answered', () => {
  expect(check.judge(goodRun).summary).toBe(
    '2 API endpoints answered all of 1 580 samples, longest time between two answers 260 ms',
  )
})

test('ends the watch of its own run, and fails where none was begun', async () => {
  const stored: unknown[] = []
  const contextOf = (background: DrillContext['background']) => {
    const once = async (_: string, collect: () => Promise<unknown>) => void stored.push(await collect())
    return { background, evidence: { once } } as unknown as DrillContext
  }
  const runs = ['m1', 'm2'].map((target) => contextOf(new Map([['api-watch', { stop: async () => [target] }]])))
  for (const run of runs) await check.collect?.settled?.(run)
  expect(stored).toEqual([{ apis: ['m1'] }, { apis: ['m2'] }])
  await expect(check.collect?.settled?.(contextOf(new Map()))).rejects.toThrow('the API was not watched')
})

test('one failed sample fails it', () => {
  expect(check.judge(spoilt({ failures: [{ atMs: 90_000, problem: 'ECONNREFUSED' }] }))).toMatchObject({
    verdict: 'fail',
    summary: 'balancer: 1 of 790 samples failed, the first at 90000 ms: ECONNREFUSED',
  })
})

describe('what the prober saw counts too', () => {
  /** The prober's path to an API server that failed for a while from that moment on. */
  const probed = (id: string, failed: number, fromMs = 90_000): ProbeSeries => {
    const good = goodSeries(id)
    const first = (fromMs - good.startMs) / good.intervalMs
    const isFailed = (n: number) => n >= first && n < first + failed
    const outcome = good.outcome.map((ok, n) => (isFailed(n) ? outcomes.failed : ok))
    return {
      ...good,
      outcome,
      error: outcome.map((one) => (one === outcomes.failed ? 1 : 0)),
      errors: ['none', 'refused'],
    }
  }
  const judged = (one: ProbeSeries, by = check) => by.judge({ ...goodRun, series: [...goodRun.series, one] })

  test('all answered, or one sample failed', () => {
    expect(judged(probed('api-1', 0)).verdict).toBe('pass')
    expect(judged(probed('api-1', 1))).toMatchObject({
      verdict: 'fail',
      summary: 'api-1: 1 of 10 000 samples failed, the first at 90000 ms: refused',
    })
  })

  test('not the control plane that is lost, nor the balancer before that is proved', () => {
    const lost = apiNeverDown({ longestGapMs: 3000, lostControlPlane: 1 })
    expect(judged(probed('api-1', 4000), lost).verdict).toBe('pass')
    expect(judged(probed('api-2', 1), lost).verdict).toBe('fail')
    expect(judged(probed('api-balancer', 3, 96_000), lost).verdict).toBe('fail')
    // 5 s without an answer before that are the loss.
    const before = probed('api-balancer', 250, 89_000)
    expect(judged(before, lost).verdict).toBe('pass')
    expect(judged(before).verdict).toBe('fail')
  })

  test('a prober that was killed proves nothing', () => {
    const killed = { ...probed('api-1', 0), seq: goodSeries('').seq.slice(0, 3000) }
    expect(judged(killed)).toMatchObject({ verdict: 'unknown' })
  })
})

describe('with one control plane lost', () => {
  const oneLost = apiNeverDown({ longestGapMs: 3000, lostControlPlane: 1 })
  const provedMs = goodRun.events.find(({ type }) => type === 'fault.proved')?.atMs ?? NaN
  const failed = (target: string, atMs: number) =>
    withEvidence('api-watch', ({ apis }) => ({
      apis: apis.map((api) =>
        api.target === target ? { ...api, failures: [{ atMs, problem: 'ECONNREFUSED' }] } : api,
      ),
    }))
  const [lost = ''] = (goodRun.evidence['api-watch'] as { apis: WatchedApi[] }).apis.map(({ target }) => target)

  test.each([
    ['its own API server may fail', lost, provedMs + 1000, 'pass'],
    ['the balancer may fail before the loss is proved', 'balancer', provedMs - 1, 'pass'],
    ['the balancer may not fail afterwards', 'balancer', provedMs + 1, 'fail'],
  ])('%s', (_, target, atMs, verdict) => {
    expect(oneLost.judge(failed(target, atMs)).verdict).toBe(verdict)
  })

  test.each([
    ['a gap of the balancer counts not before the loss is proved', provedMs - 5000, provedMs + 500, 'pass'],
    ['but afterwards', provedMs - 500, provedMs + 5000, 'unknown'],
  ])('%s', (_, fromMs, toMs, verdict) => {
    const run = spoilt({ longestGapMs: 5500, gaps: [{ fromMs, toMs }] })
    expect(oneLost.judge(run).verdict).toBe(verdict)
    expect(check.judge(run).verdict).toBe('unknown')
  })
})

describe('is unknown', () => {
  test.each([
    ['a stretch without samples', { longestGapMs: 3001 }],
    ['watched only after the loss', { fromMs: 70_001 }],
    ['not watched until the repair was over', { toMs: 126_000 }],
    ['no sample', { samples: 0 }],
  ])('%s', (_, change) => {
    expect(check.judge(spoilt(change)).verdict).toBe('unknown')
  })

  test('an API server that was not watched', () => {
    expect(check.judge(withEvidence('api-watch', ({ apis }) => ({ apis: apis.slice(1) }))).verdict).toBe('unknown')
  })
})

test('an API that goes away is seen, and one that answers has no failure', async () => {
  const server = createServer({ ...selfSigned('api') }, (_, response) => response.end('ok'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const journal = { nowMs: () => performance.now() }
  const watch = (signal: AbortSignal) => watchTarget({ target: 'a', address: '127.0.0.1', port }, journal, signal)
  const whole = await watch(AbortSignal.timeout(700))
  expect(whole.samples).toBeGreaterThan(1)
  expect(whole.failures).toEqual([])
  const ended = new AbortController()
  const watched = watch(ended.signal)
  await sleep(300)
  server.close()
  server.closeAllConnections()
  await sleep(700)
  ended.abort()
  const { failures, longestGapMs, gaps = [] } = await watched
  expect(failures[0]?.problem).toBe('ECONNREFUSED')
  expect(longestGapMs).toBeGreaterThan(400)
  expect(gaps.every(({ fromMs, toMs }) => toMs - fromMs > 500)).toBe(true)
})
