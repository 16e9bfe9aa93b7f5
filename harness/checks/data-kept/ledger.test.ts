import { expect, test } from 'vitest'
import { contentOf, keepLedger, type LedgerApi } from './ledger.ts'

const pacing = { intervalMs: 1, credentialsMs: 5 }

/** Keeps a ledger for so many requests of the API, which answers as `answer` says. */
async function kept(requests: number, answer: (request: number) => Promise<void> | void, connects = () => {}) {
  const ended = new AbortController()
  const asked: string[] = []
  const ask = async (words: string) => {
    asked.push(words)
    if (asked.length >= requests) ended.abort()
    await answer(asked.length)
  }
  const api: LedgerApi = {
    write: (name, content) => ask(`write ${name} ${content === contentOf(name) ? 'whole' : 'other'}`),
    delete: (name) => ask(`delete ${name}`),
  }
  const connect = () => {
    connects()
    return Promise.resolve(api)
  }
  const entries = await keepLedger({ connect, nowMs: () => performance.now(), signal: ended.signal, pacing })
  return { asked, entries }
}

test('numbers its entries, and deletes each fifth', async () => {
  const { asked, entries } = await kept(7, () => undefined)
  expect(asked).toEqual([
    ...[1, 2, 3, 4, 5].map((number) => `write entry-00000${number} whole`),
    'delete entry-000005',
    'write entry-000006 whole',
  ])
  expect(entries.map(({ action, acknowledged }) => [action, acknowledged]).at(5)).toEqual(['delete', true])
})

test('a request without an answer is not acknowledged, and also noted where it was the last', async () => {
  const refused = Object.assign(new Error('with credentials in it'), { code: 'ECONNREFUSED' })
  const { entries } = await kept(3, (request) => (request > 1 ? Promise.reject(refused) : undefined))
  expect(entries.map(({ acknowledged, problem }) => [acknowledged, problem])).toEqual([
    [true, ''],
    [false, 'ECONNREFUSED'],
    [false, 'ECONNREFUSED'],
  ])
})

test('reads its credentials again after a failure, now and then', async () => {
  let connects = 0
  await kept(
    20,
    () => Promise.reject(new Error('unauthorized')),
    () => void (connects += 1),
  )
  expect(connects).toBeGreaterThan(1)
  expect(connects).toBeLessThan(20)
})
