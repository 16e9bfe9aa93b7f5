import fc from 'fast-check'
import { expect, test } from 'vitest'
import { outageBound } from './outage-bound.ts'
import { longestGap } from './success-gap.ts'
import { arbitrarySeries, type ModelSeries, drawn, seriesOf } from './testing/series.ts'

/** The definition taken literally: of all stretches between two events, the longest that holds no success whole. */
function modelBound(model: ModelSeries): number {
  const { startMs, endMs, intervalMs } = seriesOf(model)
  const lives = model.samples.flatMap((sample, n) => {
    const atMs = startMs + n * intervalMs
    return sample?.outcome === 'ok' ? [{ sentMs: atMs + sample.lagMs, doneMs: atMs + sample.latencyMs }] : []
  })
  const begins = [startMs, ...lives.map(({ sentMs }) => sentMs)]
  const ends = [endMs, ...lives.map(({ doneMs }) => doneMs).filter((ms) => ms < endMs)]
  const stretches = begins.flatMap((from) => ends.map((to) => ({ from, to })))
  const possible = stretches.filter(({ from, to }) => !lives.some(({ sentMs, doneMs }) => from < sentMs && doneMs < to))
  return Math.max(0, ...possible.map(({ from, to }) => to - from))
}

const shortSeries = arbitrarySeries.map((model) => ({ ...model, samples: model.samples.slice(0, 30) }))

test('the bound is what the definition says', () => {
  fc.assert(
    fc.property(shortSeries, (model) => {
      expect(outageBound(seriesOf(model)).ms).toBe(modelBound(model))
    }),
    { numRuns: 300 },
  )
})

test('it is never shorter than the longest gap, whose unmeasured time does not count', () => {
  fc.assert(
    fc.property(arbitrarySeries, (model) => {
      const series = seriesOf(model)
      // An answer that came after the end lies outside the series, and so does the end of its gap.
      const late = Math.max(0, ...model.samples.map((sample) => sample?.latencyMs ?? 0))
      expect(outageBound(series).ms + late).toBeGreaterThanOrEqual(longestGap(series)?.ms ?? 0)
    }),
  )
})

test('losing successes never makes it shorter', () => {
  fc.assert(
    fc.property(arbitrarySeries, fc.infiniteStream(fc.boolean()), (model, lost) => {
      const samples = model.samples.map((sample) =>
        sample?.outcome === 'ok' && lost.next().value ? undefined : sample,
      )
      expect(outageBound(seriesOf({ ...model, samples })).ms).toBeGreaterThanOrEqual(outageBound(seriesOf(model)).ms)
    }),
  )
})

test.each([
  ['healthy', 'oooooo', 22],
  ['one failure between two successes', 'oofooo', 42],
  ['a prober that stood still', 'ooo.....ooo', 122],
  ['the same, said by records', 'ooouuuuuooo', 122],
  ['a slow answer that later ones overtake', 'ososoooooooooooooooo', 42],
  ['before the first success', 'uuuuoo', 82],
  ['after the last', 'oouuuu', 100],
  ['nothing succeeded', 'uuuu', 80],
  ['nothing was planned', '', 0],
])('%s', (_, picture, ms) => {
  expect(outageBound(drawn(picture)).ms).toBe(ms)
})

test('an answer read late, because the prober stood still, does not divide an outage', () => {
  // Sent at 20 ms, read 240 ms later: it may have come at once, and all may have been down from 22 ms to 480 ms.
  const samples = Array.from({ length: 30 }, (_, n) => {
    if (n === 1) return { outcome: 'ok', lagMs: 0, latencyMs: 240 } as const
    return n === 0 || n > 22 ? ({ outcome: 'ok', lagMs: 0, latencyMs: 2 } as const) : undefined
  })
  const series = seriesOf({ startMs: 0, intervalMs: 20, overMs: 20, samples })
  expect(longestGap(series)?.ms).toBeLessThan(260)
  expect(outageBound(series)).toEqual({ ms: 442, atMs: 20 })
})

test('says when the stretch began: where the success before it was sent', () => {
  expect(outageBound(drawn('oofffooo'))).toEqual({ ms: 82, atMs: 20 })
})

test('of equal stretches it is the last', () => {
  expect(outageBound(drawn('oooo'))).toEqual({ ms: 22, atMs: 40 })
})

test('what was planned after the end counts for nothing', () => {
  expect(outageBound({ ...drawn('oos'), endMs: 40 })).toEqual(outageBound(drawn('oo')))
})

test('a sample that was sent late, after its successor, is taken in the order of sending', () => {
  const ok = (lagMs: number) => ({ outcome: 'ok', lagMs, latencyMs: lagMs + 2 }) as const
  // Sent at 0, 70, 40 and 60 ms.
  const series = seriesOf({ startMs: 0, intervalMs: 20, overMs: 20, samples: [ok(0), ok(50), ok(0), ok(0)] })
  expect(outageBound(series)).toEqual({ ms: 42, atMs: 0 })
})
