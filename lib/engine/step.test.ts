import { describe, expect, it } from 'vitest'
import { PreconditionError, StepError } from './errors.ts'
import type { ClusterState } from '../model.ts'
import { isRepairNeeded, previewSteps, runPreflight, runSteps, type Preflight, type Step } from './step.ts'
import { fakeContext } from '../testing/fake-node.ts'

const named = (id: string, rest: Partial<Step> = {}): Step => ({ id, title: id, run: async () => undefined, ...rest })
const cluster = {} as ClusterState
const fail = () => Promise.reject(new Error('it broke'))

describe('runSteps', () => {
  it('skips what is not needed, and verifies what was run', async () => {
    const done: string[] = []
    const context = fakeContext([], '')
    const verify = async () => void done.push('verified')
    await runSteps([named('one', { needed: async () => [], run: fail }), named('two', { verify })], cluster, context)
    expect(context.events.map((event) => event.type)).toEqual(['step.skipped', 'step.started', 'step.finished'])
    expect(done).toEqual(['verified'])
  })

  it.each(['needed', 'run', 'verify'] as const)('stops when %s fails, and says where', async (part) => {
    const context = fakeContext([], '')
    const error = await runSteps([named('one', { [part]: fail }), named('two')], cluster, context).catch(
      (cause: unknown) => cause,
    )
    expect(error).toBeInstanceOf(StepError)
    expect(error).toMatchObject({ step: 'one', message: 'recovery step "one" failed: it broke' })
    expect(context.events.at(-1)).toMatchObject({ type: 'step.failed', step: 'one', message: 'it broke' })
    expect(context.events).not.toContainEqual(expect.objectContaining({ step: 'two' }))
  })

  it('ends as the signal says, not as a failed step', async () => {
    const stop = new AbortController()
    const context = { ...fakeContext([], ''), signal: stop.signal }
    const run = async () => {
      stop.abort(new Error('interrupted'))
      throw new Error('the command was killed')
    }
    await expect(runSteps([named('one', { run })], cluster, context)).rejects.toThrow('interrupted')
  })
})

describe('isRepairNeeded', () => {
  const nothing = named('nothing', { needed: async () => [] })
  const something = named('something', { needed: async () => ['a file'] })
  const wait = named('wait', { followUp: true })
  const cannotTell = named('cannot tell', { needed: fail })

  it.each([
    ['nothing is found', [nothing, wait, nothing], false],
    [
      'there is only to wait and to finish',
      [wait, named('finish', { followUp: true, needed: async () => [1] })],
      false,
    ],
    ['the last step finds something', [nothing, wait, something], true],
    ['a step cannot tell yet', [nothing, cannotTell], true],
    ['a step is always run', [nothing, named('always')], true],
  ])('%s', async (_, steps, expected) => {
    const context = fakeContext([], '')
    expect(await isRepairNeeded(steps, cluster, context)).toBe(expected)
    expect(context.events).toEqual([])
  })

  it('asks no further than the first that finds something', async () => {
    const asked: string[] = []
    const asking = (id: string, found: string[]) =>
      named(id, {
        needed: async () => {
          asked.push(id)
          return found
        },
      })
    const steps = [asking('one', []), asking('two', ['x']), asking('three', ['x'])]
    await isRepairNeeded(steps, cluster, fakeContext([], ''))
    expect(asked).toEqual(['one', 'two'])
  })

  it('is refused where a step refuses', async () => {
    const refuse = named('one', { needed: () => Promise.reject(new PreconditionError('no', { reason: 'disk-full' })) })
    const refused = isRepairNeeded([refuse], cluster, fakeContext([], ''))
    await expect(refused).rejects.toMatchObject({ step: 'one', cause: { reason: 'disk-full' } })
  })

  it('leaves a plan without actions, whatever would follow', async () => {
    const follows = { ...wait, preview: async () => [{ node: 'm', action: 'finish', reason: 'always' }] }
    const context = fakeContext([], '')
    expect(await previewSteps([nothing, follows], cluster, context)).toMatchObject([{ actions: [] }, { actions: [] }])
    const planned = await previewSteps([{ ...something, preview: async () => [] }, follows], cluster, context)
    expect(planned.map(({ actions }) => actions.length)).toEqual([0, 1])
  })
})

describe('runPreflight', () => {
  const preflight = (rest: Partial<Preflight> = {}): Preflight => ({
    ...named('preflight'),
    survey: async () => cluster,
    ...rest,
  })

  it('surveys inside the first step, and gives what it found to run and to the caller', async () => {
    const context = fakeContext([], '')
    const order: string[] = []
    const run = async (given: ClusterState) => {
      expect(given).toBe(cluster)
      order.push('run')
    }
    const survey = async () => {
      order.push('survey')
      return cluster
    }
    const before = async () => void order.push('before')
    expect(await runPreflight(preflight({ survey, run }), context, before)).toBe(cluster)
    expect(order).toEqual(['before', 'survey', 'run'])
    expect(context.events.map(({ type }) => type)).toEqual(['step.started', 'step.finished'])
  })

  it('fails as the first step when the survey is refused', async () => {
    const context = fakeContext([], '')
    const refused = runPreflight(preflight({ survey: fail }), context, async () => undefined)
    await expect(refused).rejects.toThrow('recovery step "preflight" failed: it broke')
    expect(context.events.at(-1)).toMatchObject({ type: 'step.failed', step: 'preflight', message: 'it broke' })
  })
})
