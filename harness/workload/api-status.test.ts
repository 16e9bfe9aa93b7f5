import { expect, test } from 'vitest'
import { kidOf, outcomeOfError, outcomeOfStatus } from './api-status.ts'

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

test('the key id comes from a token’s header; what is no token has none', () => {
  expect(kidOf(`${encoded({ alg: 'RS256', kid: 'abc' })}.${encoded({ sub: 'x' })}.sig`)).toBe('abc')
  expect(['', 'x', `${encoded({ alg: 'none' })}.x.y`, `${encoded('kid')}.x.y`].map(kidOf)).toEqual([
    null,
    null,
    null,
    null,
  ])
})

test.each([
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'tls'],
  ['CERT_HAS_EXPIRED', 'tls'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
  ['ECONNREFUSED', 'unreachable'],
  ['ECONNRESET', 'unreachable'],
  ['ETIMEDOUT', 'timeout'],
])('%s is %s', (code, outcome) => {
  expect(outcomeOfError(Object.assign(new Error('x'), { code }))).toEqual({ outcome, detail: code })
})

test('statuses', () => {
  expect([200, 401, 403, 503].map((status) => outcomeOfStatus(status).outcome)).toEqual([
    'ok',
    'unauthorized',
    'forbidden',
    'http',
  ])
})
