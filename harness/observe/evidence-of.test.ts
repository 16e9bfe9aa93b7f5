import { expect, test } from 'vitest'
import { z } from 'zod'
import { emptyRun } from '../testing/run-fixture.ts'
import { onRunClock } from './collecting.ts'
import { evidenceOf } from './evidence-of.ts'

const schema = z.object({ n: z.number() })

test('evidence is given, missing or malformed, and never throws', () => {
  expect(evidenceOf({ ...emptyRun, evidence: { a: { n: 1 } } }, 'a', schema)).toEqual({ ok: true, value: { n: 1 } })
  expect(evidenceOf(emptyRun, 'a', schema)).toEqual({ ok: false, unknown: 'there is no evidence a' })
  expect(evidenceOf({ ...emptyRun, evidence: { a: { n: 'x' } } }, 'a', schema)).toMatchObject({
    ok: false,
    unknown: expect.stringMatching(/^evidence a is malformed: n: /) as string,
  })
})

test('what is missing says why, in the words of the collector that failed at that moment', () => {
  const missing = (when: string, chain: unknown) => ({
    seq: 0,
    atMs: 0,
    type: 'evidence.missing',
    check: 'x',
    when,
    chain,
  })
  const run = { ...emptyRun, events: [missing('baseline', ['other']), missing('settled', ['no route', 'deeper'])] }
  expect(evidenceOf(run, 'pods-settled', schema)).toEqual({
    ok: false,
    unknown: 'there is no evidence pods-settled (no route)',
  })
  expect(evidenceOf({ ...run, events: [missing('settled', 'odd')] }, 'pods-settled', schema)).toEqual({
    ok: false,
    unknown: 'there is no evidence pods-settled',
  })
})

test('wall times of the cluster on the clock of the run', () => {
  const moment = { atMs: 60_000, takenAt: '2026-11-24T02:01:00.000Z' }
  expect(onRunClock(moment, '2026-11-24T02:00:58.500Z')).toBe(58_500)
  expect(onRunClock(moment, 'never')).toBeUndefined()
})
