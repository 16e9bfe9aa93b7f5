import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { ProbeSeries } from '../../model/probe-series.ts'
import { summaryOf } from '../analysis/summary.ts'
import { deadlineMs, intervalMs, pathTo, planFor, probing, seriesIn, tallyOf } from './testing/probing.ts'
import { runProber } from './run-prober.ts'
import { answer, type Behaviour, startTarget } from './testing/target.ts'

/** The lead before the first sample and some fifteen samples. */
const aWhile = () => sleep(200)

const seriesOf = (all: ReadonlyMap<string, ProbeSeries>, id: string): ProbeSeries => {
  const series = all.get(id)
  if (!series) throw new Error(`no series ${id}`)
  return series
}

/** What the prober itself was late for depends on the machine; everything else does not. */
const classesOf = (series: ProbeSeries): readonly string[] =>
  Object.keys(tallyOf(series)).filter((name) => !['not-sent', 'prober-stalled', 'second-connection'].includes(name))

describe('a prober', () => {
  test('of a healthy target: all is ok, by new connections and by one that is kept', async () => {
    await using target = await startTarget()
    await using kept = await startTarget()
    const all = await probing([pathTo('new', target.url), pathTo('reused', kept.url, 'reused')], aWhile)
    for (const id of ['new', 'reused', 'null']) {
      const { planned, ok, failed, unmeasured } = summaryOf(seriesOf(all, id))
      expect({ id, failed, sum: ok + unmeasured }).toEqual({ id, failed: 0, sum: planned })
      expect(ok).toBeGreaterThan(id === 'null' ? 2 : 5)
    }
    expect(seriesOf(all, 'new').backends).toEqual(['', 'p n'])
    expect(target.connections.length).toBe(summaryOf(seriesOf(all, 'new')).sent)
    const extra = tallyOf(seriesOf(all, 'reused'))['second-connection'] ?? 0
    expect(kept.connections.length).toBe(1 + extra)
  })

  test('of a target that is not drill’s: the status counts, whatever the body', async () => {
    await using target = await startTarget((response) => void response.writeHead(204).end())
    await using large = await startTarget((response) => void response.writeHead(200).end('x'.repeat(50_000)))
    const all = await probing(
      [
        { ...pathTo('right', target.url), status: 204 },
        { ...pathTo('wrong', target.url), status: 200 },
        { ...pathTo('large', large.url), status: 200 },
      ],
      aWhile,
    )
    expect(['right', 'wrong', 'large'].map((id) => classesOf(seriesOf(all, id)))).toEqual([
      ['none'],
      ['http-error'],
      ['none'],
    ])
  })

  const wrong: readonly (readonly [string, string, Behaviour])[] = [
    [
      'an error status',
      'http-error',
      (response) => void response.writeHead(503).end('{"pod":"p","nonce":"n","count":1}'),
    ],
    [
      'a body truncated by a reset',
      'truncated-body',
      (response) =>
        response.writeHead(200, { 'content-length': 50 }).write('{"pod":"p"', () => response.socket?.resetAndDestroy()),
    ],
    [
      'a body truncated by a close',
      'truncated-body',
      (response) => response.writeHead(200, { 'content-length': 50 }).write('{"pod":"p"', () => response.socket?.end()),
    ],
    ['another document', 'wrong-body', (response) => void response.end('{"hello":1}')],
    ['no JSON at all', 'wrong-body', (response) => void response.end('<html>')],
    ['a body without end', 'wrong-body', (response) => void response.write('x'.repeat(8000))],
    ['a reset', 'reset', (response) => response.socket?.resetAndDestroy()],
    ['no HTTP', 'protocol', (response) => response.socket?.end('nonsense\r\n\r\n')],
    ['silence', 'response-timeout', () => undefined],
  ]
  test('records what is wrong with an answer, and no success', async () => {
    await using targets = new AsyncDisposableStack()
    const paths = await Promise.all(
      wrong.map(async ([what, , behaviour]) => pathTo(what, targets.use(await startTarget(behaviour)).url)),
    )
    const all = await probing(paths, aWhile, { intervalMs: 50 })
    for (const [what, error] of wrong) {
      const series = seriesOf(all, what)
      expect({ what, classes: classesOf(series) }).toEqual({ what, classes: [error] })
      expect(summaryOf(series)).toMatchObject({ ok: 0, openAtEnd: true, longestGapMs: null })
    }
  })

  test('records a refused connection at once', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    server.close()
    const series = seriesOf(await probing([pathTo('p', `http://127.0.0.1:${port}/`)], aWhile), 'p')
    expect(classesOf(series)).toEqual(['refused'])
    expect(Math.min(...series.latencyMs)).toBeLessThan(deadlineMs / 2)
  })

  test('sees a freeze of the target as a gap of its true length, with new and kept connections', async () => {
    await using target = await startTarget()
    let truthMs = 0
    const all = await probing(
      [pathTo('new', target.url), pathTo('reused', target.url, 'reused')],
      async () => {
        await sleep(100)
        const held: (() => void)[] = []
        const from = performance.now()
        target.behave((response) => held.push(() => answer(response)))
        await sleep(600)
        target.behave(answer)
        for (const release of held) release()
        truthMs = performance.now() - from
        await sleep(100)
      },
      { deadlineMs: 80 },
    )
    for (const id of ['new', 'reused']) {
      const { longestGapMs, outageBoundMs, outages, failed, openAtEnd } = summaryOf(seriesOf(all, id))
      expect(outageBoundMs).toBeGreaterThan(truthMs - 10)
      expect(longestGapMs).toBeGreaterThan(truthMs - 10)
      expect(longestGapMs).toBeLessThan(truthMs + 300)
      expect(failed).toBeGreaterThan(0)
      expect(Math.max(...outages.map(({ upperMs }) => upperMs))).toBeGreaterThan(truthMs - 10)
      expect(openAtEnd).toBe(false)
    }
  })

  test('tells a broken kept connection from a target that is gone: one failure, and on a new connection it goes on', async () => {
    await using target = await startTarget()
    const all = await probing([pathTo('reused', target.url, 'reused')], async () => {
      await sleep(150)
      target.behave((response) => {
        target.behave(answer)
        response.socket?.resetAndDestroy()
      })
      await sleep(100)
    })
    const tally = tallyOf(seriesOf(all, 'reused'))
    expect(tally).toMatchObject({ 'kept-connection-broken': 1 })
    expect(summaryOf(seriesOf(all, 'reused'))).toMatchObject({ failed: 1, outages: [{ samples: 1 }] })
    expect((tally['reconnected'] ?? 0) + (tally['second-connection'] ?? 0)).toBeGreaterThan(0)
  })

  test('tells a kept connection that is silent from a target that is', async () => {
    const silent = async (isAll: boolean) => {
      await using target = await startTarget()
      const all = await probing(
        [pathTo('reused', target.url, 'reused')],
        async () => {
          await sleep(150)
          target.behave(() => {
            if (!isAll) target.behave(answer)
          })
          await sleep(300)
        },
        { deadlineMs: 80 },
      )
      return classesOf(seriesOf(all, 'reused')).filter((name) => !['none', 'reconnected'].includes(name))
    }
    expect(await silent(false)).toEqual(['kept-connection-stalled'])
    expect(await silent(true)).toEqual(['response-timeout'])
  })

  test('an answer with a number of before is stale, and one of another process is not', async () => {
    await using target = await startTarget()
    let nonce = 'n'
    const all = await probing([pathTo('new', target.url)], async () => {
      await sleep(300)
      target.behave((response) => void response.end(`{"pod":"p","nonce":"${nonce}","count":1}`))
      await sleep(250)
      nonce = 'other'
      target.behave((response) => {
        target.behave(answer)
        response.end(`{"pod":"p","nonce":"${nonce}","count":1}`)
      })
      await sleep(250)
    })
    const series = seriesOf(all, 'new')
    expect(tallyOf(series)['stale-answer']).toBeGreaterThan(1)
    expect(classesOf(series).toSorted()).toEqual(['none', 'stale-answer'])
    expect(series.backends).toEqual(['', 'p n', 'p other'])
    expect(summaryOf(series).openAtEnd).toBe(false)
  })

  test('notes a kept connection that was closed between two samples', async () => {
    await using target = await startTarget()
    const all = await probing([pathTo('reused', target.url, 'reused')], async () => {
      await sleep(150)
      target.behave((response) => {
        target.behave(answer)
        response.shouldKeepAlive = false
        answer(response)
      })
      await sleep(100)
    })
    expect(summaryOf(seriesOf(all, 'reused'))).toMatchObject({ failed: 0 })
    const tally = tallyOf(seriesOf(all, 'reused'))
    expect((tally['reconnected'] ?? 0) + (tally['second-connection'] ?? 0)).toBeGreaterThan(0)
  })

  test('plans every point of the grid, apart from path to path, and ends by itself', async () => {
    await using target = await startTarget()
    const plan = await planFor([pathTo('a', target.url), pathTo('b', target.url)], { maxDurationMs: 150 })
    await runProber(plan, new AbortController().signal)
    const all = await seriesIn(plan.outDir)
    const [a, b, self] = ['a', 'b', 'null'].map((id) => seriesOf(all, id))
    expect([...all.keys()]).toEqual(['a', 'b', 'null'])
    expect([b, self].map((series) => (series?.startMs ?? 0) - (a?.startMs ?? 0))).toEqual([
      expect.closeTo(intervalMs / 3),
      expect.closeTo((2 * intervalMs) / 3),
    ])
    expect(a?.seq).toEqual(Uint32Array.from(a?.seq.keys() ?? []))
    expect(summaryOf(a as ProbeSeries).planned).toBe(a?.seq.length)
  })
})
