import { expect, test } from 'vitest'
import { ClusterError, exitCodeOf, PreflightError, UsageError } from './errors.ts'

const interrupted = AbortSignal.abort().reason as unknown

test.each([
  [new UsageError('no such scenario'), 64],
  [new PreflightError('no engine'), 3],
  [new ClusterError('kind failed'), 3],
  [new TypeError('a bug'), 3],
  ['thrown text', 3],
  [interrupted, 130],
])('the exit code of %s is %i', (error, code) => {
  expect(exitCodeOf(error)).toBe(code)
})

test('an error keeps its hint and its cause', () => {
  const cause = new Error('connection refused')
  const error = new PreflightError('no engine answers', 'npx --no-install drill setup', { cause })
  expect(error).toMatchObject({ message: 'no engine answers', fix: 'npx --no-install drill setup', cause })
})
