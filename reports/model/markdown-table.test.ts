import { expect, test } from 'vitest'
import { hostileText } from '../../harness/testing/fake-run.ts'
import { markdownCell, markdownTable } from './markdown-table.ts'

test('hostile text stays text in one cell', () => {
  const safe = markdownCell(hostileText)
  expect(safe).not.toMatch(/[<>\u202e\u2028]|\p{Cc}/u)
  expect(safe).not.toMatch(/(?<!\\)[|`*_[\]]/)
})

test('no user is mentioned, and long text is truncated with an ellipsis', () => {
  expect(markdownCell('@everyone')).toBe('&#64;everyone')
  expect(markdownCell('x'.repeat(9000))).toBe(`${'x'.repeat(500)}…`)
})

test('a table', () => {
  expect(markdownTable(['a', 'b'], [['1', '2']])).toBe('| a | b |\n| --- | --- |\n| 1 | 2 |')
})
