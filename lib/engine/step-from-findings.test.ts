import { expect, it } from 'vitest'
import { fakeContext } from '../testing/fake-node.ts'
import type { ClusterState } from '../model.ts'
import { previewSteps, runSteps } from './step.ts'
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
    work: async (_cluster, _context, items) => void calls.work.push(...items),
  })
  return { step, calls }
}

const cluster = {} as ClusterState

it('asks once for needed and run together', async () => {
  const { step, calls } = counting(['a', 'b'])
  await runSteps([step], cluster, fakeContext([], ''))
  expect(calls).toEqual({ find: 1, work: ['a', 'b'] })
})

it('asks again when it is run again', async () => {
  const { step, calls } = counting(['a'])
  const context = fakeContext([], '')
  await runSteps([step, step], cluster, context)
  expect(calls).toEqual({ find: 2, work: ['a', 'a'] })
})

it('is not needed when nothing is found', async () => {
  const { step, calls } = counting([])
  const context = fakeContext([], '')
  await runSteps([step], cluster, context)
  expect(context.events).toEqual([{ type: 'step.skipped', step: 'count', title: 'Count' }])
  expect(calls.work).toEqual([])
})

it('plans what it would find, or says why that cannot be asked yet', async () => {
  const { step } = counting(['a', 'b'])
  const context = fakeContext([], '')
  const [found] = await previewSteps([step], cluster, context)
  expect(found?.actions).toEqual([{ node: 'cluster', action: 'as the step says', reason: '2 found' }])
  const later = [{ node: 'm1', action: 'to be decided', reason: 'no API' }]
  const blind = stepFromFindings<string>({
    id: 'blind',
    title: 'Blind',
    find: () => Promise.reject(new Error('asked')),
    work: async () => undefined,
    previewWithout: async () => later,
  })
  expect((await previewSteps([blind], cluster, context))[0]?.actions).toEqual(later)
})
