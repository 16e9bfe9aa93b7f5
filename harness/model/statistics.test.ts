import { expect, test } from 'vitest'
import { spreadOf } from './statistics.ts'

test.each([
  [[3, 1, 2], { median: 2, min: 1, max: 3, count: 3 }],
  [[10, 2, 1, 4], { median: 3, min: 1, max: 10, count: 4 }],
  [[null, 5, undefined], { median: 5, min: 5, max: 5, count: 1 }],
  [[0, 0], { median: 0, min: 0, max: 0, count: 2 }],
])('%j', (values, spread) => expect(spreadOf(values)).toEqual(spread))

test('of nothing is nothing', () => expect(spreadOf([null, undefined])).toBeUndefined())
