import fc from 'fast-check'
import { expect, test } from 'vitest'
import { outcomes, type ProbeSeries } from '../../model/probe-series.ts'
import { agreementOf } from './agreement.ts'

const [intervalMs, deadlineMs, samples] = [20, 250, 300]

interface Truth {
  readonly fault: 'refuse' | 'drop' | 'freeze'
  readonly fromMs: number
  readonly forMs: number
}

interface Prober {
  readonly phaseMs: number
  /** Of sample n, repeated where they are too few: how late it was sent, and how long an answer takes. */
  readonly late: readonly (readonly [lagMs: number, answerMs: number])[]
  /** Samples that it did not take. */
  readonly starved: readonly number[]
}

/** What a right prober writes down. */
function seen({ phaseMs, late, starved }: Prober, { fault, fromMs, forMs }: Truth): ProbeSeries {
  const rows = Array.from({ length: samples }, (_, seq) => {
    const [lagMs, answerMs] = late[seq % late.length] ?? [0, 1]
    const sentMs = phaseMs + seq * intervalMs + lagMs
    const isHit = sentMs >= fromMs && sentMs < fromMs + forMs
    const frozenMs = fromMs + forMs - sentMs
    const isLate = fault === 'drop' || frozenMs + lagMs + answerMs > deadlineMs
    if (!isHit) return { seq, lagMs, latencyMs: lagMs + answerMs, failed: false }
    if (fault === 'refuse') return { seq, lagMs, latencyMs: lagMs + answerMs, failed: true }
    return { seq, lagMs, latencyMs: isLate ? deadlineMs : lagMs + frozenMs + answerMs, failed: isLate }
  }).filter(({ seq }) => !starved.includes(seq))
  return {
    ...{ id: 'pod', title: 'pod', target: 'http://10.244.1.2:8080/', intervalMs, deadlineMs },
    ...{ startMs: phaseMs, endMs: phaseMs + samples * intervalMs, errors: ['none', 'refused'], backends: ['none'] },
    seq: Uint32Array.from(rows, ({ seq }) => seq),
    lagMs: Float32Array.from(rows, ({ lagMs }) => lagMs),
    latencyMs: Float32Array.from(rows, ({ latencyMs }) => latencyMs),
    outcome: Uint8Array.from(rows, ({ failed }) => (failed ? outcomes.failed : outcomes.ok)),
    error: Uint8Array.from(rows, ({ failed }) => Number(failed)),
    backend: new Uint8Array(rows.length),
  }
}

const arbitraryProber: fc.Arbitrary<Prober> = fc.record({
  phaseMs: fc.double({ min: 1000, max: 1060, noNaN: true }),
  late: fc.array(fc.tuple(fc.double({ min: 0, max: 30, noNaN: true }), fc.double({ min: 0.1, max: 15, noNaN: true })), {
    minLength: 1,
    maxLength: 30,
  }),
  starved: fc.array(fc.nat(samples - 1), { maxLength: 40 }),
})
const arbitraryTruth = (minMs: number): fc.Arbitrary<Truth> =>
  fc.record({
    fault: fc.constantFrom('refuse', 'drop', 'freeze'),
    fromMs: fc.double({ min: 1500, max: 4000, noNaN: true }),
    forMs: fc.double({ min: minMs, max: 2000, noNaN: true }),
  })
const quick: Prober = { phaseMs: 1007, late: [[0.2, 1]], starved: [] }
const never: Truth = { fault: 'refuse', fromMs: 0, forMs: 0 }

test('two right probers never contradict each other, whatever they miss and however late they are', () => {
  fc.assert(
    fc.property(arbitraryProber, arbitraryProber, arbitraryTruth(1), (one, other, truth) => {
      expect(agreementOf(seen(one, truth), seen(other, truth)).contradictions).toEqual([])
    }),
  )
})

test('one that is blind is contradicted, whichever it is: from 100 ms on where failures tell, from 400 ms where only a gap does', () => {
  fc.assert(
    fc.property(arbitraryTruth(400), fc.boolean(), (truth, firstIsBlind) => {
      const [blind, right] = [seen(quick, never), seen({ ...quick, phaseMs: 1013 }, truth)]
      const { contradictions } = firstIsBlind ? agreementOf(blind, right) : agreementOf(right, blind)
      expect(contradictions.join()).toContain(`the ${firstIsBlind ? 'second' : 'first'} prober saw`)
    }),
  )
  const refusing = seen({ ...quick, phaseMs: 1013 }, { fault: 'refuse', fromMs: 2000, forMs: 100 })
  expect(agreementOf(seen(quick, never), refusing).contradictions).toHaveLength(1)
})

test('one that was held up is not contradicted by what happened meanwhile', () => {
  const truth: Truth = { fault: 'refuse', fromMs: 2000, forMs: 900 }
  const heldUp = { ...quick, starved: Array.from({ length: 50 }, (_, n) => 48 + n) }
  const { contradictions, first } = agreementOf(seen(heldUp, truth), seen({ ...quick, phaseMs: 1013 }, truth))
  expect(contradictions).toEqual([])
  expect(first.possibleMs).toBeGreaterThan(1000)
})

test('only the time is compared in which both sampled', () => {
  const early = seen(quick, { fault: 'refuse', fromMs: 1100, forMs: 500 })
  expect(agreementOf(early, seen({ ...quick, phaseMs: 2000 }, never)).contradictions).toEqual([])
})
