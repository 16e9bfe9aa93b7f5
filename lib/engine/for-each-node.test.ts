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
