import { expect, test } from 'vitest'
import { conclude } from './conclude.ts'
import { count, counted, percent, seconds } from './figures.ts'

const check = { id: 'a', title: 'A' }

test('a failure outweighs a doubt, a doubt the claim', () => {
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

test('figures are written for people', () => {
  expect([9949, 9950, 31_400].map(seconds)).toEqual(['9.9 s', '10 s', '31 s'])
  expect([0, 999, 24_000, 1_234_567].map(count)).toEqual(['0', '999', '24 000', '1 234 567'])
  expect([counted(1, 'pod'), counted(2, 'pod')]).toEqual(['1 pod', '2 pods'])
  // Never rounded up to a share that was not reached.
  expect([1, 0.999, 0.998999].map(percent)).toEqual(['100 %', '99.9 %', '99.899 %'])
})
