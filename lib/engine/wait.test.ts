import { expect, it } from 'vitest'
import { WaitTimeoutError } from './errors.ts'
import { waitFor } from './wait.ts'

it('looks until there is something to see', async () => {
  let looks = 0
  expect(await waitFor('three', async () => (++looks === 3 ? looks : false), { timeoutMs: 1000, intervalMs: 1 })).toBe(
    3,
  )
})

it('gives up in time, and says what the last look found', async () => {
  const error = await waitFor('the API', () => Promise.reject(new Error('refused')), {
    timeoutMs: 5,
    intervalMs: 2,
  }).catch((cause: unknown) => cause)
  expect(error).toBeInstanceOf(WaitTimeoutError)
  expect(String(error)).toMatch(/the API: not so after 0 s, at the last look refused/)
})

it('stops at once when it is told to', async () => {
  const signal = AbortSignal.abort(new Error('enough'))
  await expect(waitFor('it', async () => false, { timeoutMs: 1000, signal })).rejects.toThrow('enough')
})
