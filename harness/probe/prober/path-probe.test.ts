import { expect, test } from 'vitest'
import { outcomes } from '../../model/probe-series.ts'
import { httpExchange } from './http-exchange.ts'
import { pathProbe } from './path-probe.ts'
import { errorIndex, type Row } from './sample-format.ts'
import { stalls } from './stalls.ts'
import { startTarget } from './testing/target.ts'

/** A path whose clock stands where the test sets it: what is sent then does not depend on how busy the machine is. */
async function probed(intervalMs: number, during: (at: (nowMs: number) => void, pause: (on: boolean) => void) => void) {
  await using target = await startTarget()
  let nowMs = 0
  const rows: Row[] = []
  const path = pathProbe({
    ...{ connection: 'new', intervalMs, deadlineMs: 250, startMs: 0, clock: () => nowMs, stalls: stalls() },
    exchange: httpExchange(target.url, 'new'),
    writer: {
      add: (row) => void rows.push(row),
      backend: () => 0,
      flush: async () => undefined,
      close: async () => undefined,
    },
  })
  const at = (ms: number): void => {
    nowMs = ms
    path.tick()
  }
  during(at, (on) => path.pause(on))
  const notSent = rows.filter(
    ({ outcome, error }) => outcome === outcomes.unmeasured && error === errorIndex('not-sent'),
  )
  return { ...path.counters(), notSent: notSent.map(({ seq }) => seq), next: path.nextMs() }
}

test('a late sample is sent where no later one is due, however late', async () => {
  const sparse = await probed(200, (at) => {
    at(0)
    at(320)
  })
  expect(sparse).toMatchObject({ planned: 2, sent: 2, notSent: [], next: 400 })
})

test('a late sample is not sent where a later one is due, which would show nothing less', async () => {
  const dense = await probed(20, (at) => {
    at(0)
    at(320)
  })
  // Planned at 20 to 200 ms, and so late by over 100 ms.
  expect(dense).toMatchObject({ planned: 17, sent: 7, notSent: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], next: 340 })
})

test('a path that pauses sends and records nothing, and goes on with the next point of the grid', async () => {
  const paused = await probed(20, (at, pause) => {
    at(0)
    pause(true)
    at(500)
    pause(false)
    at(510)
    at(520)
  })
  // At 0, at 500 when it went on, and at 520.
  expect(paused).toMatchObject({ sent: 3, notSent: [], unmeasured: 0, next: 540 })
  const stillPaused = await probed(20, (at, pause) => {
    pause(true)
    at(500)
  })
  expect(stillPaused).toMatchObject({ sent: 0, planned: 0, next: Number.POSITIVE_INFINITY })
})
