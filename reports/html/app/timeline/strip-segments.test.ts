import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type PageSeries, pointStates } from '../../payload.ts'
import { stripSegments } from './strip-segments.ts'

const { ok, failed, unmeasured, missing } = pointStates

const seriesOf = (states: readonly number[]): PageSeries => ({
  id: 'p',
  title: 'p',
  target: '',
  startMs: 0,
  stepMs: 10,
  points: states.length,
  samplesPerPoint: 1,
  errors: [],
  backends: [],
  state: Uint8Array.from(states),
  error: new Uint8Array(states.length),
  backend: new Uint8Array(states.length),
  latency: new Uint16Array(states.length),
  lag: new Uint16Array(states.length),
})

test('neighbours in the same state are one segment; what was not planned is empty', () => {
  const series = seriesOf([ok, ok, failed, missing, unmeasured, ok])
  expect(stripSegments(series, 0, { fromMs: 0, toMs: 100 }, 100)).toEqual([
    { from: 0, to: 20, state: 'ok' },
    { from: 20, to: 30, state: 'failed' },
    { from: 30, to: 50, state: 'unmeasured' },
    { from: 50, to: 60, state: 'ok' },
  ])
})

test('one failure in any number of samples is seen, wherever it is', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20_000 }),
      fc.nat(),
      fc.integer({ min: 1, max: 900 }),
      (points, at, widthPx) => {
        const states = new Array<number>(points).fill(ok)
        states[at % points] = failed
        const segments = stripSegments(seriesOf(states), 0, { fromMs: 0, toMs: points * 10 }, widthPx)
        expect(segments.filter(({ state }) => state === 'failed')).toHaveLength(1)
      },
    ),
    { numRuns: 60 },
  )
})

test('the view and the injection shift what is seen', () => {
  const series = seriesOf([ok, ok, ok, ok, failed, ok, ok, ok])
  const segments = stripSegments(series, 40, { fromMs: 0, toMs: 20 }, 20)
  expect(segments).toEqual([
    { from: 0, to: 10, state: 'failed' },
    { from: 10, to: 20, state: 'ok' },
  ])
})
