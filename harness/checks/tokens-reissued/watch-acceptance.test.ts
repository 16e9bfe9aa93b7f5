import { expect, test } from 'vitest'
import { type AcceptanceApi, watchAcceptance } from './watch-acceptance.ts'

const tokenOf = (kid: string): string =>
  [{ alg: 'RS256', kid }, { sub: 'system:serviceaccount:a:b' }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.') + '.c2ln'

/** Rounds as they are played: the key of the mounted token, and the API's answer; a round without is one without an API. */
async function watched(rounds: readonly (readonly [kid: string, accepted: boolean | null] | undefined)[]) {
  const ended = new AbortController()
  let round = 0
  const connect = async (): Promise<AcceptanceApi> => {
    const now = rounds[round++]
    if (round === rounds.length) ended.abort()
    if (!now) throw new Error('no API')
    const [kid, accepted] = now
    return {
      find: async () => ['first', 'second'].map((what) => ({ where: 'worker', what, token: tokenOf(kid) })),
      review: async () => accepted,
    }
  }
  const found = await watchAcceptance({ connect, nowMs: () => round * 1000, signal: ended.signal, intervalMs: 1 })
  expect(found.every(({ answers }) => answers.length === found[0]?.answers.length)).toBe(true)
  return found[0]?.answers.map(({ atMs, kid, accepted }) => [atMs, kid, accepted])
}

test('notes each answer that differs from the one before', async () => {
  expect(
    await watched([
      ['old', true],
      ['old', true],
      undefined,
      ['old', false],
      ['old', false],
      ['new', true],
      ['new', true],
    ]),
  ).toEqual([
    [1000, 'old', true],
    [4000, 'old', false],
    [6000, 'new', true],
  ])
})

test('notes nothing where the API gives no answer', async () => {
  expect(await watched([['old', null], undefined])).toBeUndefined()
})

test('keeps nothing of the tokens but their key', async () => {
  const found = JSON.stringify(await watched([['old', true]]))
  expect(found).toContain('old')
  expect(found).not.toContain(tokenOf('old').split('.')[1])
})
