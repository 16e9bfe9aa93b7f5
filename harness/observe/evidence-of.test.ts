import { expect, test } from 'vitest'
import { z } from 'zod'
import { emptyRun } from '../testing/run-fixture.ts'
import type { DrillContext } from '../model/context.ts'
import { collectOnce, onRunClock } from './collecting.ts'
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

test('a snapshot that several checks want is taken once; one that failed fails for all', async () => {
  const written: unknown[] = []
  const evidence = {
    write: async (name: string, value: unknown) => void written.push([name, value]),
    read: () => Promise.resolve(),
  }
  const context = { evidence } as unknown as DrillContext
  let taken = 0
  const take = async () => ++taken
  await Promise.all([collectOnce(context, 'a', take), collectOnce(context, 'a', take)])
  await collectOnce(context, 'b', take)
  expect(written).toEqual([
    ['a', 1],
    ['b', 2],
  ])
  const fail = () => Promise.reject(new Error('no'))
  await expect(collectOnce(context, 'c', fail)).rejects.toThrow('no')
  await expect(collectOnce(context, 'c', take)).rejects.toThrow('no')
  await collectOnce({ evidence: { ...evidence } } as unknown as DrillContext, 'a', take)
  expect(taken).toBe(3)
})

test('wall times of the cluster on the clock of the run', () => {
  const moment = { atMs: 60_000, takenAt: '2026-11-24T02:01:00.000Z' }
  expect(onRunClock(moment, '2026-11-24T02:00:58.500Z')).toBe(58_500)
  expect(onRunClock(moment, 'never')).toBeUndefined()
})
