import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { forEachNode } from './for-each-node.ts'

it('gives the answers in order', async () => {
  expect(await forEachNode([3, 1, 2], async (n) => n * 2)).toEqual([6, 2, 4])
})

it('lets the others finish before it fails', async () => {
  const finished: number[] = []
  const work = async (n: number) => {
    await Promise.resolve()
    if (n === 1) throw new Error('the first')
    await Promise.resolve()
    finished.push(n)
  }
  await expect(forEachNode([1, 2, 3], work)).rejects.toThrow('the first')
  expect(finished).toEqual([2, 3])
})

it('does no more at once than it may, and everything in the end', async () => {
  let [running, most] = [0, 0]
  const work = async (n: number) => {
    most = Math.max(most, ++running)
    await sleep(1)
    running--
    return n
  }
  const items = Array.from({ length: 100 }, (_, index) => index)
  expect(await forEachNode(items, work, 8)).toEqual(items)
  expect(most).toBe(8)
  most = 0
  expect(await forEachNode(items, work)).toEqual(items)
  expect(most).toBe(32)
  expect(await forEachNode([], work)).toEqual([])
})

it('goes on with the others where one throws at once', async () => {
  const seen: number[] = []
  const work = (n: number): Promise<void> => {
    seen.push(n)
    if (n === 0) throw new Error('at once')
    return Promise.resolve()
  }
  await expect(forEachNode([0, 1, 2], work, 1)).rejects.toThrow('at once')
  expect(seen).toEqual([0, 1, 2])
})
