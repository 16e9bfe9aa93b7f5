import fc from 'fast-check'
import { expect, test } from 'vitest'
import { outcomes } from '../../model/probe-series.ts'
import { type Life, verdictOnEnd, verdictOnWaiting } from './sample-outcome.ts'

const deadlineMs = 250
const { ok, failed, unmeasured } = outcomes
const life: fc.Arbitrary<Life> = fc
  .record({ lifeMs: fc.integer({ min: 0, max: 4000 }), stalledShare: fc.double({ min: 0, max: 1, noNaN: true }) })
  .map(({ lifeMs, stalledShare }) => ({ lifeMs, stalledMs: Math.floor(lifeMs * stalledShare), deadlineMs }))

test.each([
  ['in time', 100, 0, ok],
  ['in time although the prober was held up', 240, 200, ok],
  ['late by less than the prober was held up, and by little', 290, 45, ok],
  ['late by much, and the prober explains it', 600, 400, unmeasured],
  ['late, and the prober does not explain it', 600, 100, failed],
  ['late, and the prober was never held up', 251, 0, failed],
])('an answer %s', (_, lifeMs, stalledMs, outcome) => {
  expect(verdictOnEnd('none', { lifeMs, stalledMs, deadlineMs }).outcome).toBe(outcome)
})

test('a refusal is the target’s, however late it was read; a lack of ports is the prober’s', () => {
  fc.assert(
    fc.property(life, (of) => {
      expect(verdictOnEnd('refused', of)).toEqual({ outcome: failed, error: 'refused' })
      expect(verdictOnEnd('prober-resources', of)).toEqual({ outcome: unmeasured, error: 'prober-resources' })
    }),
  )
})

test('no silence shorter than the deadline fails, whatever the prober did', () => {
  fc.assert(
    fc.property(life, fc.boolean(), (of, waiting) => {
      const waited = of.lifeMs - of.stalledMs
      const verdict = verdictOnWaiting(waiting, of)
      expect(verdict?.outcome === failed).toBe(waited >= deadlineMs)
      if (verdict?.outcome === failed) expect(verdict.error).toBe(waiting ? 'response-timeout' : 'connect-timeout')
    }),
  )
})

test('a prober that never runs long enough gives up without a claim', () => {
  expect(verdictOnWaiting(true, { lifeMs: 2400, stalledMs: 2300, deadlineMs })).toBeUndefined()
  expect(verdictOnWaiting(true, { lifeMs: 2600, stalledMs: 2500, deadlineMs })?.outcome).toBe(unmeasured)
})
