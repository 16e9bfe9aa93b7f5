import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Outage, outagesOf } from './outages.ts'
import { arbitraryCells, type KillCases, drawn, seriesOf } from './testing/series.ts'

/** The definition by way of a picture: a run of f, with u between but not around. */
function modelOutages(cells: KillCases): readonly Omit<Outage, 'errors'>[] {
  const { startMs, intervalMs } = cells
  const picture = cells.cells.map((cell) => (cell?.outcome ?? 'unmeasured').charAt(0)).join('')
  const startOf = (n: number) => startMs + n * intervalMs
  const endOf = (n: number) => startMs + n * intervalMs + (cells.cells[n]?.latencyMs ?? 0)
  const endMs = seriesOf(cells).endMs
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
    fc.property(arbitraryCells, (cells) => {
      expect(
        outagesOf(seriesOf(cells)).map(({ errors, ...outage }) => (expect(errors).toEqual(['refused']), outage)),
      ).toEqual(modelOutages(cells))
    }),
    { numRuns: 400 },
  )
})

test('lower ≤ point ≤ upper', () => {
  fc.assert(
    fc.property(arbitraryCells, (cells) => {
      for (const { lowerMs, pointMs, upperMs } of outagesOf(seriesOf(cells))) {
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
