import { expect, test } from 'vitest'
import { formatDuration } from './format-duration.ts'

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
])('%d ms reads %s', (ms, text) => {
  expect(formatDuration(ms).replaceAll('\u00A0', ' ')).toBe(text)
})
