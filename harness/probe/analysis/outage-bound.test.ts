import fc from 'fast-check'
import { expect, test } from 'vitest'
import { outageBound } from './outage-bound.ts'
import { longestGap } from './success-gap.ts'
import { arbitraryCells, type KillCases, drawn, seriesOf } from './testing/series.ts'

/** The definition taken literally: of all stretches between two events, the longest that holds no success whole. */
function modelBound(cases: KillCases): number {
  const { startMs, endMs, intervalMs } = seriesOf(cases)
  const lives = cases.cells.flatMap((cell, n) => {
    const atMs = startMs + n * intervalMs
    return cell?.outcome === 'ok' ? [{ sentMs: atMs + cell.lagMs, doneMs: atMs + cell.latencyMs }] : []
  })
  const begins = [startMs, ...lives.map(({ sentMs }) => sentMs)]
  const ends = [endMs, ...lives.map(({ doneMs }) => doneMs).filter((ms) => ms < endMs)]
  const stretches = begins.flatMap((from) => ends.map((to) => ({ from, to })))
  const possible = stretches.filter(({ from, to }) => !lives.some(({ sentMs, doneMs }) => from < sentMs && doneMs < to))
  return Math.max(0, ...possible.map(({ from, to }) => to - from))
}

const fewCells = arbitraryCells.map((cases) => ({ ...cases, cells: cases.cells.slice(0, 30) }))

test('the bound is what the definition says', () => {
  fc.assert(
    fc.property(fewCells, (cases) => {
      expect(outageBound(seriesOf(cases)).ms).toBe(modelBound(cases))
    }),
    { numRuns: 300 },
  )
})

test('it is never shorter than the longest gap, whose unmeasured time does not count', () => {
  fc.assert(
    fc.property(arbitraryCells, (cases) => {
      const series = seriesOf(cases)
      // An answer that came after the end lies outside the series, and so does the end of its gap.
      const late = Math.max(0, ...cases.cells.map((cell) => cell?.latencyMs ?? 0))
      expect(outageBound(series).ms + late).toBeGreaterThanOrEqual(longestGap(series)?.ms ?? 0)
    }),
  )
})

test('losing successes never makes it shorter', () => {
  fc.assert(
    fc.property(arbitraryCells, fc.infiniteStream(fc.boolean()), (cases, lost) => {
      const cells = cases.cells.map((cell) => (cell?.outcome === 'ok' && lost.next().value ? undefined : cell))
      expect(outageBound(seriesOf({ ...cases, cells })).ms).toBeGreaterThanOrEqual(outageBound(seriesOf(cases)).ms)
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
  const cells = Array.from({ length: 30 }, (_, n) => {
    if (n === 1) return { outcome: 'ok', lagMs: 0, latencyMs: 240 } as const
    return n === 0 || n > 22 ? ({ outcome: 'ok', lagMs: 0, latencyMs: 2 } as const) : undefined
  })
  const series = seriesOf({ startMs: 0, intervalMs: 20, overMs: 20, cells })
  expect(longestGap(series)?.ms).toBeLessThan(260)
  expect(outageBound(series)).toEqual({ ms: 442, atMs: 20 })
})

test('says when the stretch began: where the success before it was sent', () => {
  expect(outageBound(drawn('oofffooo'))).toEqual({ ms: 82, atMs: 20 })
})
