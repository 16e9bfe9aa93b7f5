import fc from 'fast-check'
import { expect, test } from 'vitest'
import { outageBound } from './outage-bound.ts'
import { longestGap } from './success-gap.ts'
import { arbitrarySeries, type ModelSample, type ModelSeries, drawn, seriesOf } from './testing/series.ts'

const every20Ms = { startMs: 0, intervalMs: 20, overMs: 20 }

/** The definition taken literally, a millisecond at a time. */
function modelGap(model: ModelSeries): number | undefined {
  const { startMs, intervalMs, samples } = model
  const { endMs } = seriesOf(model)
  const of = (n: number) => startMs + n * intervalMs
  const completed = samples
    .flatMap((sample, n) => (sample?.outcome === 'ok' ? [of(n) + sample.latencyMs] : []))
    .sort((a, b) => a - b)
  const gaps = completed.slice(1).map((atMs, i) => {
    const fromMs = completed[i] ?? 0
    const toMs = Math.min(atMs, Math.max(fromMs, endMs))
    const failing = samples.some(
      (sample, n) => sample?.outcome === 'failed' && of(n) < toMs && of(n) + sample.latencyMs > fromMs,
    )
    if (failing) return toMs - fromMs
    const blindUntil = (sample: ModelSample, n: number): number => {
      if (!sample || sample.outcome === 'unmeasured') return of(n + 1)
      return sample.lagMs > 50 ? of(n) + sample.lagMs : of(n)
    }
    const blind = (ms: number) => samples.some((sample, n) => of(n) <= ms && ms < blindUntil(sample, n))
    const picture = Array.from({ length: toMs - fromMs }, (_, i) => (blind(fromMs + i) ? ' ' : '-')).join('')
    return Math.max(...picture.split(' ').map((seen) => seen.length))
  })
  return gaps.length === 0 ? undefined : Math.max(...gaps)
}

test('the longest gap is what the definition says', () => {
  fc.assert(
    fc.property(arbitrarySeries, (model) => {
      expect(longestGap(seriesOf(model))?.ms).toBe(modelGap(model))
    }),
    { numRuns: 400 },
  )
})

test('losing a record never makes a gap of healthy samples longer by more than what was lost', () => {
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 40 }), fc.integer({ min: 1, max: 38 }), (length, at) => {
      const picture = Array.from({ length }, (_, n) => (n === at && n < length - 1 ? 'u' : 'o')).join('')
      expect(longestGap(drawn(picture))?.ms).toBeLessThanOrEqual(20)
    }),
  )
})

test.each([
  ['healthy', 'oooooo', 20],
  ['one failure between two successes', 'oofooo', 40],
  ['a prober that stood still is not downtime', 'ooo.....ooo', 20],
  ['a failure anywhere in the gap makes it count whole', 'oo..f...oo', 140],
  ['a slow success beside a lost sample is still slow', 'oussssssssssssss', 240],
  ['a late answer overtaken by later ones leaves a gap of one sample', 'osooooooooooooooo', 40],
  ['after the end nobody asks: a late answer to the last sample is no gap beyond it', 'oooos', 38],
  ['before the first and after the last success is no gap', 'ffffoofffff', 20],
])('%s', (_, picture, ms) => {
  expect(longestGap(drawn(picture))?.ms).toBe(ms)
})

// A prober that was stopped for 300 ms, beside a target that then took 168 ms: that was 268 ms without a success, and a fail.
test('the delay of a prober that stood still is no part of a gap, and what the target took after it is', () => {
  const late = (lagMs: number): ModelSample => ({ outcome: 'ok', lagMs, latencyMs: lagMs + 168 })
  const good: ModelSample = { outcome: 'ok', lagMs: 0, latencyMs: 2 }
  const lags = [100, 80, 60, 40, 20, ...Array<number>(10).fill(0)]
  const samples = [good, good, ...Array<undefined>(10).fill(undefined), ...lags.map(late)]
  const series = seriesOf({ startMs: 0, intervalMs: 20, overMs: 20, samples })
  expect(longestGap(series)).toEqual({ ms: 168, atMs: 340 })
  expect(outageBound(series).ms).toBeGreaterThan(300)
})

test('fewer than two successes have no gap', () => {
  expect(['', 'f', 'o', 'ffuuff', 'fof'].map((picture) => longestGap(drawn(picture)))).toEqual(Array(5).fill(undefined))
})

test('says when the gap began', () => {
  expect(longestGap(drawn('ooofffoo'))).toEqual({ ms: 80, atMs: 42 })
})

test('of equal gaps, and of equal parts of one, it is the first', () => {
  expect(longestGap(drawn('oooo'))).toEqual({ ms: 20, atMs: 2 })
  const ok = { outcome: 'ok', lagMs: 0, latencyMs: 10 } as const
  expect(longestGap(seriesOf({ ...every20Ms, samples: [ok, undefined, ok] }))).toEqual({ ms: 10, atMs: 10 })
})

test('what was planned after the end counts for nothing, neither success nor failure', () => {
  expect(longestGap({ ...drawn('oos'), endMs: 40 })?.ms).toBe(20)
  expect(longestGap({ ...drawn('oosf'), endMs: 60 })).toEqual({ ms: 38, atMs: 22 })
})

test('a failure that begins when the gap ends, or ends when it begins, was not under way in it', () => {
  const [at, done, failed] = [
    { outcome: 'ok', lagMs: 0, latencyMs: 0 },
    { outcome: 'ok', lagMs: 0, latencyMs: 20 },
    { outcome: 'failed', lagMs: 0, latencyMs: 20 },
  ] as const
  const gapOf = (...samples: ModelSeries['samples']) => longestGap(seriesOf({ ...every20Ms, samples }))?.ms
  expect(gapOf(at, undefined, done, failed, at)).toBe(20)
  expect(gapOf(failed, at, undefined, at)).toBe(20)
})
