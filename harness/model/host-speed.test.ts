import fc from 'fast-check'
import { expect, test } from 'vitest'
import { coreFactor, hostFactor, hostSpeedText, judgeBudget, mostGrowth, scaledBudget } from './host-speed.ts'

const alone = { referenceMs: 600, baselineMs: 600, recoveredMs: 590, othersShare: 0 }

test('the reference host left alone has its budgets as stated', () => {
  expect(hostFactor({ ...alone, recoveredMs: 600 })).toBe(1)
  expect(scaledBudget(50_000, hostFactor(alone))).toBe(50_000)
})

test.each([
  ['slower cores', { ...alone, recoveredMs: 900 }, 1.5],
  ['faster cores', { ...alone, baselineMs: 300, recoveredMs: 300 }, 0.5],
  ['faster cores, of which others have half', { ...alone, recoveredMs: 300, othersShare: 0.5 }, 1],
  ['another process on one of two cores', { ...alone, recoveredMs: 600, othersShare: 0.5 }, 2],
  ['both', { ...alone, recoveredMs: 900, othersShare: 0.5 }, 3],
  ['a slow baseline alone', { ...alone, baselineMs: 900, recoveredMs: 600 }, 1],
  ['a repair without a measurement', { ...alone, baselineMs: 900, recoveredMs: null }, 1.5],
  ['nothing measured', { referenceMs: 600, baselineMs: null, recoveredMs: null, othersShare: null }, 1],
])('%s', (_, speed, factor) => {
  expect(hostFactor(speed)).toBeCloseTo(factor)
})

test('CPU-seconds grow with slower cores, not with neighbours', () => {
  expect(coreFactor({ ...alone, recoveredMs: 900, othersShare: 0.5 })).toBeCloseTo(1.5)
})

test('a budget never shrinks, grows threefold at most, and what is beyond is unknown only on a slower host', () => {
  const amounts = {
    used: fc.double({ min: 0, max: 1e6, noNaN: true }),
    budget: fc.double({ min: 1, max: 1e5, noNaN: true }),
  }
  fc.assert(
    fc.property(fc.record({ ...amounts, factor: fc.double({ min: 0, max: 20, noNaN: true }) }), (given) => {
      const { used, budget, factor } = given
      const [scaled, verdict] = [scaledBudget(budget, factor), judgeBudget(used, budget, factor)]
      expect(scaled).toBeGreaterThanOrEqual(budget)
      expect(scaled).toBeLessThanOrEqual(mostGrowth * budget)
      if (used <= budget) expect(verdict).toBe('pass')
      if (used > mostGrowth * budget) expect(verdict).not.toBe('pass')
      expect(verdict === 'unknown').toBe(used > mostGrowth * budget && factor > mostGrowth)
    }),
  )
})

test('says why', () => {
  expect(hostSpeedText({ ...alone, recoveredMs: 672, othersShare: 0.41 })).toBe(
    'cores 1.12 times slower than the reference, 41.00 % of the processor time taken by others',
  )
  expect(hostSpeedText({ ...alone, recoveredMs: 480 })).toContain('cores 1.25 times faster than the reference')
  expect(hostSpeedText({ referenceMs: 600, baselineMs: null, recoveredMs: null, othersShare: null })).toBe(
    'cores not measured, the share of others not measured',
  )
})

test('a budget that is used up to its end is kept, and a host that is slower by all that it may grow is still judged', () => {
  expect(judgeBudget(100, 100, 1)).toBe('pass')
  expect(judgeBudget(301, 100, mostGrowth)).toBe('fail')
  expect(judgeBudget(301, 100, mostGrowth + 0.01)).toBe('unknown')
})

test('one measurement of two is enough to say how fast the cores are', () => {
  expect(hostSpeedText({ ...alone, baselineMs: null, recoveredMs: 900 })).toContain('cores 1.50 times slower')
  expect(hostSpeedText({ ...alone, baselineMs: 900, recoveredMs: null })).toContain('cores 1.50 times slower')
})
