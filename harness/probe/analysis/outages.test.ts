import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Outage, outagesOf } from './outages.ts'
import { arbitrarySeries, type ModelSeries, drawn, seriesOf } from './testing/series.ts'

/** The definition by way of a picture: a run of f, with u between but not around. */
function modelOutages(model: ModelSeries): readonly Omit<Outage, 'errors'>[] {
  const { startMs, intervalMs } = model
  const picture = model.samples.map((sample) => (sample?.outcome ?? 'unmeasured').charAt(0)).join('')
  const startOf = (n: number) => startMs + n * intervalMs
  const endOf = (n: number) => startMs + n * intervalMs + (model.samples[n]?.latencyMs ?? 0)
  const endMs = seriesOf(model).endMs
  return [...picture.matchAll(/f(?:[fu]*f)?/g)].map(({ 0: run, index }) => {
    const before = picture.lastIndexOf('o', index)
    const after = picture.indexOf('o', index)
    const last = index + run.length - 1
    const unmeasured = run.split('u').length - 1
    return {
      fromMs: startOf(index),
      lowerMs: Math.max(0, startOf(last) - startOf(index) - unmeasured * intervalMs),
      pointMs: (after < 0 ? endMs : startOf(after)) - startOf(index),
      upperMs: (after < 0 ? endMs : endOf(after)) - (before < 0 ? startMs : startOf(before)),
      samples: run.length - unmeasured,
      open: after < 0,
    }
  })
}

test('outages are what the definition says', () => {
  fc.assert(
    fc.property(arbitrarySeries, (model) => {
      expect(
        outagesOf(seriesOf(model)).map(({ errors, ...outage }) => (expect(errors).toEqual(['refused']), outage)),
      ).toEqual(modelOutages(model))
    }),
    { numRuns: 400 },
  )
})

test('lower ≤ point ≤ upper', () => {
  fc.assert(
    fc.property(arbitrarySeries, (model) => {
      for (const { lowerMs, pointMs, upperMs } of outagesOf(seriesOf(model))) {
        expect(lowerMs).toBeLessThanOrEqual(pointMs)
        expect(pointMs).toBeLessThanOrEqual(upperMs)
      }
    }),
  )
})

test('three failures in a row, 20 ms apart', () => {
  expect(outagesOf(drawn('oofffoo'))).toEqual([
    { fromMs: 40, lowerMs: 40, pointMs: 60, upperMs: 82, samples: 3, errors: ['refused'], open: false },
  ])
})

test('unmeasured samples neither make an outage nor end it, and prove nothing', () => {
  expect(outagesOf(drawn('oouuuoo'))).toEqual([])
  expect(outagesOf(drawn('ofuuufo'))).toMatchObject([{ samples: 2, lowerMs: 20, pointMs: 100 }])
  expect(outagesOf(drawn('offuuuu'))).toMatchObject([{ samples: 2, lowerMs: 20, open: true }])
})

test('an error that the file does not name is unknown', () => {
  expect(outagesOf({ ...drawn('ofo'), errors: ['none'] })).toMatchObject([{ errors: ['unknown'] }])
})
