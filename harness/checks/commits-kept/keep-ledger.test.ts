import { expect, test } from 'vitest'
import { type CommitSession, keepLedger, type Outcome } from './keep-ledger.ts'

const acknowledged: Outcome = { kind: 'acknowledged', rows: 1 }

/** Keeps a ledger for so many statements; `answer` says what becomes of each, counted from 1. */
async function kept(statements: number, answer: (statement: number) => Outcome = () => acknowledged, connects = 99) {
  const ended = new AbortController()
  const asked: string[] = []
  let [nowMs, opened] = [0, 0]
  const session: CommitSession = {
    commit: async (statement) => {
      asked.push(statement)
      if (asked.length >= statements) ended.abort()
      nowMs += 10
      return answer(asked.length)
    },
    close: () => undefined,
  }
  const connect = async () => {
    if (++opened <= connects) return session
    ended.abort()
    throw new Error('refused')
  }
  const ledger = await keepLedger({ connect, nowMs: () => nowMs, signal: ended.signal, intervalMs: 1 })
  return { asked, opened, ledger }
}

test('numbers its entries, deletes each fifth when it is five old, and stays in one session', async () => {
  const { asked, opened, ledger } = await kept(11)
  expect(asked.slice(8)).toEqual([
    'INSERT INTO ledger (n) VALUES (9)',
    'INSERT INTO ledger (n) VALUES (10)',
    'DELETE FROM ledger WHERE n = 5',
  ])
  expect(opened).toBe(1)
  expect(ledger).toMatchObject({
    written: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    ...{ deleted: [5], vanished: [], unacknowledged: [], lastMs: 110, longestWaitMs: 10 },
    sessions: [{ fromMs: 0, toMs: 110, commits: 11, problem: null }],
  })
})

test('a session that breaks leaves its commit in doubt, and the next one goes on', async () => {
  const broken: Outcome = { kind: 'broken', problem: 'no answer within 5 s' }
  const { opened, ledger } = await kept(4, (statement) => (statement === 2 ? broken : acknowledged))
  expect(opened).toBe(2)
  expect(ledger.written).toEqual([1, 3, 4])
  expect(ledger.unacknowledged).toEqual([
    { n: 2, action: 'write', atMs: 10, fate: 'in-doubt', problem: 'no answer within 5 s' },
  ])
  expect(ledger.sessions.map(({ commits, problem }) => [commits, problem])).toEqual([
    [1, 'no answer within 5 s'],
    [2, null],
  ])
})

test('what the database refuses is not committed, and the session lives on', async () => {
  const { opened, ledger } = await kept(3, (statement) =>
    statement === 2 ? { kind: 'refused', problem: 'SQLSTATE 25006' } : acknowledged,
  )
  expect(opened).toBe(1)
  expect(ledger.unacknowledged).toMatchObject([{ n: 2, fate: 'refused', problem: 'SQLSTATE 25006' }])
})

test('without a session nothing is sent', async () => {
  const { ledger } = await kept(9, () => ({ kind: 'broken', problem: 'gone' }), 1)
  expect(ledger.written).toEqual([])
  expect(ledger.unacknowledged.map(({ n, fate, problem }) => [n, fate, problem])).toEqual([
    [1, 'in-doubt', 'gone'],
    [2, 'not-sent', 'refused'],
  ])
})

test('an entry that is gone when it is to be deleted is lost', async () => {
  const { ledger } = await kept(11, (statement) => ({ kind: 'acknowledged', rows: statement === 11 ? 0 : 1 }))
  expect([ledger.deleted, ledger.vanished]).toEqual([[], [5]])
})
