import { describe, expect, test } from 'vitest'
import type { ApiClientStatus } from './collect.ts'
import { apiClientsWork } from './check.ts'
import { goodRun, withEvidence } from '../../testing/run-fixture.ts'

type Client = ApiClientStatus['clients'][number]

const spoilt = (
  when: 'baseline' | 'recovered' | 'settled',
  pod: string,
  change: Partial<NonNullable<Client['status']>>,
) =>
  withEvidence(`api-client-status-${when}`, (good) => ({
    ...good,
    clients: good.clients.map((client) =>
      client.pod === pod ? { ...client, status: client.status && { ...client.status, ...change } } : client,
    ),
  }))

test('says who works', () => {
  expect(apiClientsWork.judge(goodRun)).toMatchObject({
    verdict: 'pass',
    summary: '2 API clients use the API again, also the one that reads token and CA at its start only',
  })
})

describe('fails', () => {
  test.each([
    [
      'the server is not trusted',
      { outcome: 'tls', detail: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' },
      'tls (UNABLE_TO_VERIFY',
    ],
    ['the token is refused', { outcome: 'unauthorized', detail: '401' }, 'unauthorized (401)'],
    ['it never called', { outcome: 'starting' }, 'starting'],
    ['it hangs', { lastCallAt: '2026-11-24T02:00:01.000Z' }, 'has not called the API since 2026-11-24T02:00:01.000Z'],
    ['it made no call', { lastCallAt: null }, 'has not called the API since its start'],
  ])('%s', (_, change, words) => {
    for (const when of ['recovered', 'settled'] as const)
      expect(apiClientsWork.judge(spoilt(when, 'api-client-once-a', change))).toMatchObject({
        verdict: 'fail',
        summary: expect.stringContaining(`${when}: api-client-once-a: ${words}`) as string,
      })
  })

  test('it does not answer', () => {
    const run = withEvidence('api-client-status-settled', (good) => ({
      ...good,
      clients: good.clients.map((client) => ({ ...client, status: null, problem: 'HTTP 503' })),
    }))
    expect(apiClientsWork.judge(run)).toMatchObject({
      verdict: 'fail',
      summary: 'settled: api-client-a: does not answer (HTTP 503) (and 1 more)',
    })
  })
})

describe('is unknown', () => {
  test('a client did not work before', () => {
    expect(apiClientsWork.judge(spoilt('baseline', 'api-client-a', { outcome: 'timeout' }))).toMatchObject({
      verdict: 'unknown',
      summary: expect.stringContaining('not working before the fault already') as string,
    })
  })

  test('one kind of client was not there', () => {
    const run = withEvidence('api-client-status-settled', (good) => ({ ...good, clients: good.clients.slice(0, 1) }))
    expect(apiClientsWork.judge(run)).toMatchObject({
      verdict: 'unknown',
      summary: 'settled: not both kinds of API client were seen',
    })
  })
})
