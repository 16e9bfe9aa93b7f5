import { expect, it } from 'vitest'
import { WaitTimeoutError } from './errors.ts'
import { waitFor, waitUntilNone } from './wait.ts'

it('asks until there is an answer', async () => {
  let asked = 0
  expect(await waitFor('three', async () => (++asked === 3 ? asked : false), { timeoutMs: 1000, intervalMs: 1 })).toBe(
    3,
  )
})

it('gives up in time, and says what it saw last', async () => {
  const error = await waitFor('the API', () => Promise.reject(new Error('refused')), {
    timeoutMs: 5,
    intervalMs: 2,
  }).catch((cause: unknown) => cause)
  expect(error).toBeInstanceOf(WaitTimeoutError)
  expect(String(error)).toMatch(/timed out after 0 s waiting until the API; last: refused/)
})

it('waits until nothing remains, and names what remained last', async () => {
  const left = [['a', 'b'], ['b'], []]
  await waitUntilNone('all are done', async () => left.shift() ?? ['asked once more'], {
    timeoutMs: 1000,
    intervalMs: 1,
  })
  expect(left).toEqual([])
  const late = waitUntilNone('all are done', async () => ['a', 'b'], { timeoutMs: 5, intervalMs: 2 })
  await expect(late).rejects.toThrow('timed out after 0 s waiting until all are done; last: not yet: a, b')
})

it('stops at once when it is told to', async () => {
  const signal = AbortSignal.abort(new Error('enough'))
  await expect(waitFor('it', async () => false, { timeoutMs: 1000, signal })).rejects.toThrow('enough')
})
