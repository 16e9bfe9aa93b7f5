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

const idle = { id: 'idle', title: 'Idle', find: async () => [], work: async () => undefined }

it('plans nothing where nothing is found, and where it may ask after all', async () => {
  const asked = stepFromFindings<string>({ ...idle, previewWithout: async () => undefined })
  const context = fakeContext([], '')
  expect(await stepFromFindings<string>(idle).preview?.(cluster, context)).toEqual([])
  expect(await asked.preview?.(cluster, context)).toEqual([])
})

it('plans each finding in its own words', async () => {
  const describe = (node: string) => ['stop', 'start'].map((action) => ({ node, action, reason: 'lost' }))
  const step = stepFromFindings<string>({ ...idle, find: async () => ['m1', 'm2'], describe })
  const actions = await step.preview?.(cluster, fakeContext([], ''))
  expect(actions?.map(({ node, action }) => `${node}: ${action}`)).toEqual([
    'm1: stop',
    'm1: start',
    'm2: stop',
    'm2: start',
  ])
})

it('verifies, and follows others, only where it was told to', async () => {
  const verified: string[] = []
  const verify = async () => void verified.push('verified')
  const step = stepFromFindings<string>({ ...idle, find: async () => ['m1'], verify, followUp: true })
  await runSteps([step], cluster, fakeContext([], ''))
  expect(verified).toEqual(['verified'])
  expect(step.followUp).toBe(true)
  expect(Object.keys(stepFromFindings<string>(idle)).sort()).toEqual(['id', 'needed', 'preview', 'run', 'title'])
})
