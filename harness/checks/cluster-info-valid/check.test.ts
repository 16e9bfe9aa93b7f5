import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { signaturesOf, type ClusterInfo } from './collect.ts'
import { clusterInfoValid } from './check.ts'
import { goodRun, withEvidence } from '../../testing/run-fixture.ts'

test('says what stands there', () => {
  expect(clusterInfoValid.judge(goodRun).summary).toBe(
    "cluster-info names the control plane's CA, with 1 valid signature; 1 bootstrap token, none of the repair's",
  )
})

const settled = (change: Partial<ClusterInfo>) =>
  withEvidence('cluster-info-settled', (good) => ({ ...good, ...change }))
const token = { token: 'abcdef', signs: true, signed: false, expires: null }

describe('fails for', () => {
  test.each<[string, Partial<ClusterInfo>, string]>([
    ['the lost CA', { ca: 'OLD' }, 'another CA'],
    ['another server', { server: 'https://other' }, 'names https://other, not https://lb:6443'],
    ['an open door', { anonymous: 200 }, 'without credentials cluster-info answers 200, not undefined as before'],
    ['an old signature', { signatures: [{ token: 'abcdef', state: 'invalid' }] }, 'abcdef is invalid'],
    [
      'a signature that cannot be checked',
      { signatures: [{ token: 'gone00', state: 'without a token' }] },
      'gone00 is without a token',
    ],
    ['a token without a signature', { tokens: [token] }, 'no signature of token abcdef'],
    [
      'a token of the repair',
      { tokens: [{ ...token, token: 'new000', signed: true }] },
      'left the bootstrap token new000',
    ],
  ])('%s', (_, change, words) => {
    expect(clusterInfoValid.judge(settled(change))).toMatchObject({
      verdict: 'fail',
      summary: expect.stringContaining(words) as string,
    })
  })
})

test('a token whose time is over needs no signature', () => {
  const tokens = [{ ...token, expires: '2026-11-24T00:00:00Z' }]
  expect(clusterInfoValid.judge(settled({ tokens, signatures: [] })).verdict).toBe('pass')
})

test('an unfamiliar CA leaves the check unknown', () => {
  expect(clusterInfoValid.judge(settled({ ca: null, clusterCa: null })).verdict).toBe('unknown')
})

test('signatures are checked with their tokens', () => {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const secret = (id: string) => ({
    data: {
      'token-id': base64(id),
      'token-secret': base64('0123456789abcdef'),
      'usage-bootstrap-signing': base64('true'),
    },
  })
  const jws = (text: string) => {
    const header = Buffer.from('{"alg":"HS256","kid":"abcdef"}').toString('base64url')
    const body = `${header}.${Buffer.from(text).toString('base64url')}`
    return `${header}..${createHmac('sha256', '0123456789abcdef').update(body).digest('base64url')}`
  }
  const data = {
    kubeconfig: 'new',
    'jws-kubeconfig-abcdef': jws('new'),
    'jws-kubeconfig-ghijkl': jws('old'),
    'jws-kubeconfig-mnopqr': jws('new'),
  }
  expect(signaturesOf(data, [secret('abcdef'), secret('ghijkl'), secret('stuvwx')])).toEqual({
    signatures: [
      { token: 'abcdef', state: 'valid' },
      { token: 'ghijkl', state: 'invalid' },
      { token: 'mnopqr', state: 'without a token' },
    ],
    tokens: [
      { token: 'abcdef', signs: true, signed: true, expires: null },
      { token: 'ghijkl', signs: true, signed: true, expires: null },
      { token: 'stuvwx', signs: true, signed: false, expires: null },
    ],
  })
})
