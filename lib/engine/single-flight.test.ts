import { expect, it } from 'vitest'
import { singleFlight } from './single-flight.ts'

it('gives all that ask during one call the answer of the next, and of one only', async () => {
  const ends: (() => void)[] = []
  const shared = singleFlight(async () => {
    const number = ends.length + 1
    await new Promise<void>((resolve) => ends.push(resolve))
    return number
  })
  const first = shared()
  await new Promise(setImmediate)
  const [second, third] = [shared(), shared()]
  await new Promise(setImmediate)
  expect(ends).toHaveLength(1)
  ends[0]?.()
  expect(await first).toBe(1)
  await new Promise(setImmediate)
  ends[1]?.()
  expect(await Promise.all([second, third])).toEqual([2, 2])
  expect(ends).toHaveLength(2)
})

it('calls again after a failure', async () => {
  let calls = 0
  const shared = singleFlight(() => (++calls === 1 ? Promise.reject(new Error('away')) : Promise.resolve(calls)))
  await expect(shared()).rejects.toThrow('away')
  expect(await shared()).toBe(2)
})
