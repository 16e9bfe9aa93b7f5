import { expect, it } from 'vitest'
import type { Node } from '../node.ts'
import { askAll } from './ask-all.ts'

const { signal } = new AbortController()
const machine = (name: string) => ({ name, role: name.startsWith('m') ? 'control-plane' : 'worker' }) as Node

/** Asks these machines, of which some do not answer. */
const asked = (names: readonly string[], silent: readonly string[]) =>
  askAll(
    names.map(machine),
    async ({ name }) => (silent.includes(name) ? Promise.reject(new Error('no route')) : Promise.resolve(name)),
    signal,
  )

it('goes on without a worker that does not answer, and names it', async () => {
  expect(await asked(['m1', 'w1', 'w2'], ['w1'])).toEqual({
    answers: ['m1', 'w2'],
    unreachable: [{ name: 'w1', reason: 'it does not answer: no route' }],
  })
  expect((await asked(['m1', 'w1'], ['w1'])).answers).toEqual(['m1'])
})

it.each([
  ['a control plane', ['m1', 'm2', 'w1'], ['m2'], 'unreachable machines: m2 (no route); nothing was changed'],
  ['most workers', ['m1', 'w1', 'w2', 'w3'], ['w1', 'w2'], 'w1 (no route); w2 (no route)'],
])('refuses without %s', async (_, names, silent, words) => {
  await expect(asked(names, silent)).rejects.toMatchObject({
    reason: 'machine-unreachable',
    message: expect.stringContaining(words) as string,
  })
})
