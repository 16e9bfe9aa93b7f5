import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { ProbePath } from '../../model/probe-path.ts'
import type { ProbeSeries } from '../../model/probe-series.ts'
import { streamAnswers } from '../../workload/answer-stream.ts'
import { summaryOf } from '../analysis/summary.ts'
import { probing, targetsTally } from './testing/probing.ts'
import { type Behaviour, startTarget, type Target } from './testing/target.ts'

/** What a stream sends, by the number of the line; undefined: nothing. */
type Sending = (line: string, response: ServerResponse) => string | undefined

const streaming =
  (sending: Sending = (line) => line, pod = 'p'): Behaviour =>
  (response) =>
    streamAnswers(response, { pod, nonce: 'n' }, (line) => {
      const text = sending(line, response)
      if (text !== undefined && !response.destroyed) response.write(text)
    })

/** Several times what a busy machine delays. */
const deadlineMs = 200

async function probed(first: Behaviour, during: (target: Target) => Promise<unknown>, expects?: string) {
  await using target = await startTarget(first)
  const path: ProbePath = {
    id: 's',
    title: 's',
    target: target.url,
    connection: 'stream',
    ...(expects ? { expects } : {}),
  }
  const all = await probing(
    [path],
    async () => {
      await during(target)
    },
    { deadlineMs },
  )
  const series = all.get('s') as ProbeSeries
  const tally = targetsTally(series)
  return { tally, series, ...summaryOf(series), connections: target.connections.length }
}

/** Passes a stream on until it is told otherwise. */
function valve() {
  let sending: Sending = (line) => line
  return {
    behaviour: streaming((line, response) => sending(line, response)),
    set: (next: Sending): void => {
      sending = next
    },
  }
}

test('lines that come in time and in order are ok, all on one connection', async () => {
  const { tally, ok, failed, connections, series } = await probed(streaming(), () => sleep(400))
  expect({ classes: Object.keys(tally), failed, connections }).toEqual({ classes: ['none'], failed: 0, connections: 1 })
  expect(ok).toBeGreaterThan(15)
  expect(series.backends).toEqual(['', 'p n'])
})

test('lines that are held are a gap of their true length', async () => {
  const { behaviour, set } = valve()
  let truthMs = 0
  const { longestGapMs, tally, openAtEnd } = await probed(behaviour, async () => {
    await sleep(200)
    const held: string[] = []
    const fromMs = performance.now()
    set((line) => void held.push(line))
    await sleep(60)
    set((line) => held.splice(0).join('') + line)
    truthMs = performance.now() - fromMs
    await sleep(200)
  })
  expect(longestGapMs).toBeGreaterThan(truthMs - 20)
  expect(longestGapMs).toBeLessThan(truthMs + 120)
  expect(openAtEnd).toBe(false)
  expect(tally['missing-lines']).toBeUndefined()
})

test('a line that is missing, one that comes twice and one that is none are failures, and the stream goes on', async () => {
  const faults: readonly (readonly [string, (line: string) => string | undefined])[] = [
    ['missing-lines', () => undefined],
    ['repeated-line', (line) => line + line],
    ['wrong-body', () => 'nonsense\n'],
  ]
  for (const [error, fault] of faults) {
    const { behaviour, set } = valve()
    const seen = await probed(behaviour, async () => {
      await sleep(200)
      set((line) => {
        set((next) => next)
        return fault(line)
      })
      await sleep(150)
    })
    expect({ error, classes: Object.keys(seen.tally).sort() }).toEqual({ error, classes: [error, 'none'].sort() })
    expect(seen).toMatchObject({ connections: 1, openAtEnd: false })
  }
})

test('a stream that breaks is opened anew at once: one failure, and a note', async () => {
  const { behaviour, set } = valve()
  const { tally, failed, connections, openAtEnd } = await probed(behaviour, async () => {
    await sleep(200)
    set((_, response) => {
      set((line) => line)
      response.socket?.resetAndDestroy()
      return undefined
    })
    await sleep(200)
  })
  expect({ connections, openAtEnd }).toEqual({ connections: 2, openAtEnd: false })
  expect(failed).toBeLessThanOrEqual(2)
  expect(tally['kept-connection-broken']).toBeGreaterThan(0)
})

test('a stream that is silent while a new one is not has stalled, and is replaced', async () => {
  const { behaviour, set } = valve()
  const { tally, connections, openAtEnd } = await probed(behaviour, async () => {
    await sleep(200)
    const silent = new Set<ServerResponse>()
    set((line, response) => {
      if (silent.size === 0) silent.add(response)
      return silent.has(response) ? undefined : line
    })
    await sleep(600)
  })
  expect(tally['kept-connection-stalled']).toBeGreaterThan(0)
  expect({ connections, openAtEnd, outage: tally['response-timeout'] }).toEqual({ connections: 2, openAtEnd: false })
})

test('a target that is silent on every stream is an outage', async () => {
  const { behaviour, set } = valve()
  const { tally, openAtEnd } = await probed(behaviour, async () => {
    await sleep(200)
    set(() => undefined)
    await sleep(600)
  })
  expect(openAtEnd).toBe(true)
  expect(tally['response-timeout']).toBeGreaterThan(0)
  expect(tally['kept-connection-stalled']).toBeUndefined()
})

test('it is opened until the wanted pod answers, once', async () => {
  let opened = 0
  const choosing: Behaviour = (response) => streaming(undefined, ++opened < 4 ? 'other' : 'wanted')(response)
  const { connections, failed, series } = await probed(choosing, () => sleep(300), 'wanted')
  expect({ connections, failed, backends: series.backends }).toEqual({
    connections: 4,
    failed: 0,
    backends: ['', 'wanted n'],
  })
})

test('what answers without a stream is an error, and what ends it is a break', async () => {
  const { tally, ok } = await probed(
    (response) => void response.writeHead(503).end(),
    () => sleep(200),
  )
  expect({ classes: Object.keys(tally), ok }).toEqual({ classes: ['http-error'], ok: 0 })
})
