import { expect, test } from 'vitest'
import { goodEvidence } from '../../harness/testing/good-evidence.ts'
import { credentialRows, tokenRows } from './token-rows.ts'

test('every token, mounted or in a Secret, with its key and whether it was accepted', () => {
  const rows = tokenRows(goodEvidence, 70_000)
  expect(rows.map(({ name }) => name)).toEqual(['drill/echo-a', 'drill/echo-b', 'Secret drill/legacy'])
  expect(rows[0]).toMatchObject({
    node: 'worker',
    keys: ['old-key-012', 'new-key-012'],
    accepted: ['accepted', 'accepted'],
  })
})

test('a token is issued at a time of the run', () => {
  const { 'tokens-settled': settled } = goodEvidence
  const iat = Date.parse(settled.takenAt) / 1000 - 100
  const [echo] = settled.mounted
  const evidence = { 'tokens-settled': { ...settled, mounted: [{ ...echo, claims: { ...echo?.claims, iat } }] } }
  expect(tokenRows(evidence, 70_000)[0]?.issued[1].replaceAll('\u00A0', ' ')).toBe('50.0 s')
})

test('how a credential of before was answered then and afterwards', () => {
  expect(credentialRows(goodEvidence)[0]).toEqual({
    credential: 'admin.conf',
    node: 'control-plane',
    answers: ['200', '401'],
  })
})

test('nothing collected is no row, and what is not as expected breaks nothing', () => {
  expect(tokenRows({}, 0)).toEqual([])
  expect(credentialRows({ 'credentials-settled': { trials: 'x' } })).toEqual([])
  expect(tokenRows({ 'tokens-settled': { mounted: [null, { claims: 3 }] } }, 0)).toHaveLength(1)
})
