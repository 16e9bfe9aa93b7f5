import { expect, it } from 'vitest'
import { fakeContext } from '../testing/fake-node.ts'
import { stepFromFindings } from './step-from-findings.ts'

function counting(found: readonly string[]) {
  const calls = { find: 0, work: [] as string[] }
  const step = stepFromFindings<string>({
    id: 'count',
    title: 'Count',
    find: async () => {
      calls.find++
      return found
    },
    work: async (_, items) => void calls.work.push(...items),
  })
  return { step, calls }
}

it('asks once for needed and run together', async () => {
  const { step, calls } = counting(['a', 'b'])
  const context = fakeContext([], '')
  expect(await step.needed?.(context)).toBe(true)
  await step.run(context)
  expect(calls).toEqual({ find: 1, work: ['a', 'b'] })
})

it('asks anew when it is run again', async () => {
  const { step, calls } = counting(['a'])
  const context = fakeContext([], '')
  await step.needed?.(context)
  await step.run(context)
  await step.run(context)
  expect(calls.find).toBe(2)
})

it('is not needed when nothing is found', async () => {
  expect(await counting([]).step.needed?.(fakeContext([], ''))).toBe(false)
})
