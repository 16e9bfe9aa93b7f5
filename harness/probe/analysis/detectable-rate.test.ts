import fc from 'fast-check'
import { expect, test } from 'vitest'
import { detectableOneIn, samplesNeeded } from './detectable-rate.ts'

test.each([
  [0, 0],
  [1, 1],
  [500, 109],
  [2301, 500],
  [8231, 1787],
])('%i samples show a failure that hits 1 of %i', (measured, oneIn) => {
  expect(detectableOneIn(measured)).toBe(oneIn)
})

test('a failure of that rate stays unseen with 1 % at most, and one a little rarer with more', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 200_000 }), (measured) => {
      const oneIn = detectableOneIn(measured)
      const unseen = (n: number) => (1 - 1 / n) ** measured
      expect(unseen(oneIn)).toBeLessThanOrEqual(0.01 + 1e-9)
      expect(unseen(oneIn + 1)).toBeGreaterThan(0.01 - 1e-9)
    }),
  )
})

test('so many samples as are needed for a rate show it, and one fewer does not', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 100_000 }), (oneIn) => {
      const needed = samplesNeeded(oneIn)
      expect(detectableOneIn(needed)).toBeGreaterThanOrEqual(oneIn)
      expect(detectableOneIn(needed - 1)).toBeLessThan(oneIn)
    }),
  )
})
