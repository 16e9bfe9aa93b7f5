import { expect, it } from 'vitest'
import { evictionWindowMs, parseEvictionWindow } from './eviction-window-option.ts'

it.each([
  ['short', 65_000],
  ['real', 360_000],
  ['600', 600_000],
])('reads %s', (word, ms) => {
  expect(evictionWindowMs(parseEvictionWindow(word))).toBe(ms)
})

it.each(['64', '-600', '10m', 'long', ''])('takes no %s', (word) => {
  expect(() => parseEvictionWindow(word)).toThrow('at least 65 seconds')
})
