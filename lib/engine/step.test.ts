import { describe, expect, it } from 'vitest'
import { StepError } from './errors.ts'
import { runSteps, type Step } from './step.ts'
import { fakeContext } from '../testing/fake-node.ts'

const named = (id: string, rest: Partial<Step> = {}): Step => ({ id, title: id, run: async () => undefined, ...rest })
const fail = () => Promise.reject(new Error('it broke'))

describe('runSteps', () => {
  it('skips what is not needed, and verifies what was run', async () => {
    const done: string[] = []
    const context = fakeContext([], '')
    const verify = async () => void done.push('verified')
    await runSteps([named('one', { needed: async () => false, run: fail }), named('two', { verify })], context)
    expect(context.events.map((event) => event.type)).toEqual(['step.skipped', 'step.started', 'step.finished'])
    expect(done).toEqual(['verified'])
  })

  it.each(['needed', 'run', 'verify'] as const)('stops when %s fails, and says where', async (part) => {
    const context = fakeContext([], '')
    const error = await runSteps([named('one', { [part]: fail }), named('two')], context).catch(
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
    await expect(runSteps([named('one', { run })], context)).rejects.toThrow('interrupted')
  })
})
