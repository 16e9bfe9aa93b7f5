import { expect, test } from 'vitest'
import { psqlSession } from './psql-session.ts'

/** A shell in the place of psql: `answer` is run for each statement. */
const fake = (answer: string): readonly [string, ...string[]] => [
  'bash',
  '-c',
  `read -r hello; echo connected; while read -r statement && read -r echo; do ${answer}; done`,
]
const quick = { connectMs: 5000, answerMs: 200 }

test('what is answered without an error is acknowledged, with its rows', async () => {
  const session = await psqlSession(fake('echo "00000 1"'), { ...quick, answerMs: 5000 })
  expect(await session.commit('INSERT')).toEqual({ kind: 'acknowledged', rows: 1 })
  expect(await session.commit('INSERT')).toEqual({ kind: 'acknowledged', rows: 1 })
  session.close()
})

test('an error of the server is a refusal, by its code', async () => {
  const session = await psqlSession(fake('echo "23505 0"'), { ...quick, answerMs: 5000 })
  expect(await session.commit('INSERT')).toEqual({ kind: 'refused', problem: 'SQLSTATE 23505' })
  session.close()
})

test('a session that ends is broken, in the words of psql, and stays so', async () => {
  const session = await psqlSession(fake('echo "server closed the connection" >&2; exit 2'), {
    ...quick,
    answerMs: 5000,
  })
  expect(await session.commit('INSERT')).toEqual({ kind: 'broken', problem: 'server closed the connection' })
  expect((await session.commit('INSERT')).kind).toBe('broken')
})

test('silence is broken, too', async () => {
  const session = await psqlSession(fake('true'), quick)
  expect(await session.commit('INSERT')).toEqual({ kind: 'broken', problem: 'no answer within 0.2 s' })
  session.close()
})

test.each<[string, readonly [string, ...string[]], string]>([
  ['is refused', ['bash', '-c', 'echo "connection refused" >&2; exit 2'], 'connection refused'],
  ['cannot be started', ['/nowhere/psql'], 'the session ended'],
])('a session that %s is none', async (_, command, words) => {
  await expect(psqlSession(command, quick)).rejects.toThrow(words)
})
