import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytes, clock, count, counted, duration, percent, seconds } from './format.ts'

test.each([
  [0, '0 ms'],
  [0.84, '0.8 ms'],
  [9.94, '9.9 ms'],
  [9.96, '10 ms'],
  [104.4, '104 ms'],
  [999.4, '999 ms'],
  [999.6, '1.00 s'],
  [4270, '4.27 s'],
  [9994, '9.99 s'],
  [9996, '10.0 s'],
  [59_940, '59.9 s'],
  [59_960, '1 min 00 s'],
  [72_000, '1 min 12 s'],
  [3_599_700, '1 h 00 min'],
  [7_500_000, '2 h 05 min'],
  [-4212, '−4.21 s'],
])('a duration of %d ms reads %s', (ms, text) => {
  expect(duration(ms)).toBe(text)
})

test.each([
  [1, '100 %'],
  [0.99999, '99.99 %'],
  [0.999, '99.90 %'],
  [0.9731, '97.31 %'],
  [0, '0.00 %'],
])('a share of %d reads %s', (share, text) => {
  expect(percent(share)).toBe(text)
})

test('less than all never reads as all, and no share reads as more than it is', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 0.999_999_999, noNaN: true }), (share) => {
      expect(Number.parseFloat(percent(share))).toBeLessThanOrEqual(share * 100 + 1e-9)
    }),
  )
})

test('counts, seconds, the clock and bytes', () => {
  expect([9949, 9950, 31_400].map(seconds)).toEqual(['9.9 s', '10 s', '31 s'])
  expect([0, 999, 24_000, 1_234_567].map(count)).toEqual(['0', '999', '24 000', '1 234 567'])
  expect([counted(1, 'pod'), counted(2, 'pod')]).toEqual(['1 pod', '2 pods'])
  expect([0, 61_000, 599_999, 6_000_000].map(clock)).toEqual([' 0:00', ' 1:01', ' 9:59', '100:00'])
  expect([0, 640_400, 999_600, 38_200_000, 1_440_000_000].map(bytes)).toEqual([
    '0 kB',
    '640 kB',
    '1 MB',
    '38 MB',
    '1.4 GB',
  ])
})
