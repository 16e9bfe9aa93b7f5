import { expect, test } from 'vitest'
import { eventText } from './event-text.ts'
import { shortStepName } from './step-name.ts'

test('a step is named by its id, in words', () => {
  expect(shortStepName('restart-late-api-clients')).toBe('Restart late API clients')
  expect(shortStepName('prune-stale-cas')).toBe('Prune stale CAs')
  expect(shortStepName('')).toBe('')
})

test('an event is told with everything that it has', () => {
  expect(eventText({ seq: 1, atMs: 2, type: 'x.seen', node: 'a', left: ['b', 3], deep: { c: null } })).toBe(
    'node a, left b; 3, deep {"c":null}',
  )
  expect(eventText({ seq: 1, atMs: 2, type: 'x.seen' })).toBe('')
})
