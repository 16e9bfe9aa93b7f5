import { expect, test } from 'vitest'
import { conclude } from './conclude.ts'

const check = { id: 'a', title: 'A' }

test('a failure outweighs an unknown, an unknown the claim', () => {
  const claim = 'all is well'
  expect(conclude(check, { failures: [], unknowns: [], claim, facts: ['x'] })).toEqual({
    ...check,
    verdict: 'pass',
    summary: claim,
    details: ['x'],
  })
  expect(conclude(check, { failures: [], unknowns: ['d'], claim })).toEqual({
    ...check,
    verdict: 'unknown',
    summary: 'd',
    details: ['d'],
  })
  expect(conclude(check, { failures: ['f', 'g', 'h'], unknowns: ['d'], claim })).toEqual({
    ...check,
    verdict: 'fail',
    summary: 'f (and 2 more)',
    details: ['f', 'g', 'h', 'd'],
  })
})
