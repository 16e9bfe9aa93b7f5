import { expect, test } from 'vitest'
import { UsageError } from '../model/errors.ts'
import { findScenario, nearestOf } from './find-scenario.ts'
import { parseInteger } from './topology-options.ts'

test.each([
  ['lost-pky', 'lost-pki'],
  ['lostpki', 'lost-pki'],
  ['nop', 'noop'],
  ['no-repiar', 'no-repair'],
])('%s: did you mean %s', (typed, meant) => {
  expect(() => findScenario(typed)).toThrow(`did you mean "${meant}"?`)
})

test('nothing is suggested for a word that is like none', () => {
  expect(nearestOf('zebra', ['lost-pki', 'noop'])).toBeUndefined()
  expect(() => findScenario('zebra')).toThrow(UsageError)
})

test.each(['0', '4', 'two', '', '1.5', '-1', '1e0'])('--masters %s is refused with the range', (text) => {
  expect(() => parseInteger('--masters', 1, 3)(text)).toThrow(`--masters must be an integer from 1 to 3, not "${text}"`)
})
test('a number in the range is taken', () => {
  expect(parseInteger('--masters', 1, 3)('2')).toBe(2)
})
