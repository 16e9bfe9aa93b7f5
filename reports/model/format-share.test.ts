import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatShare } from './format-share.ts'

test.each([
  [1, '100 %'],
  [0.99999, '99.99 %'],
  [0.999, '99.90 %'],
  [0.9731, '97.31 %'],
  [0, '0.00 %'],
])('%d reads %s', (share, text) => {
  expect(formatShare(share).replace('\u00A0', ' ')).toBe(text)
})

test('less than all never reads as all, and no share reads as more than it is', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 0.999_999_999, noNaN: true }), (share) => {
      expect(Number.parseFloat(formatShare(share))).toBeLessThanOrEqual(share * 100 + 1e-9)
    }),
  )
})
