import { expect, test } from 'vitest'
import type { Proof } from '../model/proof.ts'
import { combineProofs, proofOf } from './prove.ts'

const seen = (change: Partial<Parameters<typeof proofOf>[0][number]>) => ({
  ...{ contradictions: [], unanswered: [], confirmed: [] },
  ...change,
})

test('what contradicts outweighs what did not answer, and both outweigh what was seen', () => {
  const [gone, silent, there] = [
    seen({ confirmed: ['gone'] }),
    seen({ unanswered: ['silent'] }),
    seen({ contradictions: ['there'] }),
  ]
  expect(proofOf([gone]).result).toBe('confirmed')
  expect(proofOf([gone, silent]).result).toBe('inconclusive')
  expect(proofOf([gone, silent, there])).toMatchObject({ result: 'mismatch', details: ['there', 'silent', 'gone'] })
})

test('nothing seen proves nothing', () => {
  expect(proofOf([]).result).toBe('inconclusive')
  expect(proofOf([seen({})]).result).toBe('inconclusive')
  expect(combineProofs([]).result).toBe('inconclusive')
})

test('of several losses the worst proof counts, with its own summary', () => {
  const proof = (result: Proof['result']): Proof => ({ result, summary: `${result}!`, details: [result] })
  expect(combineProofs([proof('confirmed'), proof('inconclusive'), proof('mismatch')])).toEqual({
    result: 'mismatch',
    summary: 'mismatch!',
    details: ['confirmed', 'inconclusive', 'mismatch'],
  })
  expect(combineProofs([proof('confirmed'), proof('inconclusive')]).result).toBe('inconclusive')
  expect(combineProofs([proof('confirmed'), proof('confirmed')])).toMatchObject({
    result: 'confirmed',
    summary: 'confirmed!; confirmed!',
  })
})
