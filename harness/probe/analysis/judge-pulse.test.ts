import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { needsDeadline, surelySeen, targetFaults } from '../../model/calibration-plan.ts'
import { outcomes, type ProbeSeries } from '../../model/probe-series.ts'
import { judgePulse } from './judge-pulse.ts'
import { plannedMs } from './schedule.ts'
import { arbitraryPulse, intervalMs, lineSamples, type ModelPulse, played } from './testing/pulses.ts'

const model: ModelPulse = { fault: 'refuse', lengthMs: 100, phaseMs: 7, edgeMs: 0.2, late: [[0.5, 0.3, 0.4]] }
const judged = (of: Partial<ModelPulse>, spoil: (series: ProbeSeries) => ProbeSeries = (series) => series) => {
  const { pulse, series } = played({ ...model, ...of })
  return judgePulse('baseline', pulse, spoil(series))
}

/** The rows whose sample was sent well within the pulse, or well without. */
function rowsOf(of: ModelPulse, within: boolean): readonly number[] {
  const { series, fromMs, toMs } = played(of)
  return [...series.seq.keys()].filter((row) => {
    const sentMs = plannedMs(series, series.seq[row] ?? 0) + (series.lagMs[row] ?? 0)
    const near = 3 * intervalMs
    return within
      ? sentMs > fromMs + 2 && sentMs < toMs - 42
      : (sentMs < fromMs - 42 && sentMs > fromMs - near + 14) || (sentMs > toMs + 2 && sentMs < toMs + near - 14)
  })
}

const withRow = (row: number, outcome: number, error: string) => (series: ProbeSeries) => ({
  ...series,
  outcome: series.outcome.map((was, at) => (at === row ? outcome : was)),
  error: series.error.map((was, at) => (at === row ? series.errors.indexOf(error) : was)),
  latencyMs: series.latencyMs.map((was, at) => (at === row ? (series.lagMs[row] ?? 0) + 0.5 : was)),
})

describe('a prober that is right', () => {
  test('is never found wrong, and sees what cannot fall between two samples', () => {
    fc.assert(
      fc.property(arbitraryPulse, (of) => {
        const { verdict, reason, truth, slackMs } = judged(of)
        expect({ verdict, reason }).not.toMatchObject({ verdict: 'wrong' })
        expect(verdict).not.toBe('unmeasured')
        if (truth.lowerMs >= surelySeen(intervalMs) + slackMs) expect(verdict).toBe('seen')
      }),
      { numRuns: 2000 },
    )
  })

  test('is never found wrong about a stream, on which a line that nobody waited for fails the next sample', () => {
    fc.assert(
      fc.property(arbitraryPulse, (of) => {
        const { pulse, series } = played({ ...of, fault: 'wrong-body' }, 'calibration-stream', undefined, lineSamples)
        const { verdict, reason } = judgePulse('baseline', pulse, series)
        expect({ verdict, reason }).not.toMatchObject({ verdict: 'wrong' })
      }),
      { numRuns: 2000 },
    )
  })

  test('measures between the bounds that the page on calibration states', () => {
    fc.assert(
      fc.property(arbitraryPulse, (of) => {
        const { measured, truth, slackMs, fault } = judged(of)
        if (measured.samples === 0 || needsDeadline(fault)) return
        expect(measured.lowerMs).toBeLessThanOrEqual(truth.upperMs + slackMs)
        expect(measured.upperMs).toBeGreaterThanOrEqual(truth.lowerMs - slackMs)
        expect(Math.abs(measured.pointMs - truth.upperMs)).toBeLessThanOrEqual(intervalMs + slackMs + of.edgeMs * 2)
      }),
    )
  })
})

describe('a prober that is wrong', () => {
  const long = arbitraryPulse.filter(({ lengthMs }) => lengthMs > 100)

  test('about one sample within the pulse is found so', () => {
    fc.assert(
      fc.property(long, fc.nat(), (of, pick) => {
        const rows = rowsOf(of, true)
        const row = rows[pick % rows.length]
        fc.pre(row !== undefined)
        expect(judged(of, withRow(row, outcomes.ok, 'none')).verdict).toBe('wrong')
      }),
    )
  })

  test('about one sample around the pulse is found so', () => {
    fc.assert(
      fc.property(long, fc.nat(), (of, pick) => {
        const rows = rowsOf(of, false)
        const row = rows[pick % rows.length]
        fc.pre(row !== undefined)
        expect(judged(of, withRow(row, outcomes.failed, 'refused')).verdict).toBe('wrong')
      }),
    )
  })

  test.each(targetFaults)('%s that is seen as a success is missed', (fault) => {
    const blind = (series: ProbeSeries) => ({
      ...series,
      outcome: series.outcome.map(() => outcomes.ok),
      error: series.error.map(() => 0),
      latencyMs: series.latencyMs.map(() => 1),
    })
    expect(judged({ fault, lengthMs: 300 }, blind)).toMatchObject({
      verdict: 'wrong',
      reason: expect.stringMatching(/^a sample that was sent [\d.]+ ms after it began succeeded$/) as string,
    })
  })

  test('a failure of another class is no sight of this one', () => {
    const other = (series: ProbeSeries) => ({
      ...series,
      error: series.error.map((was) => (was === 0 ? 0 : series.errors.indexOf('wrong-body'))),
    })
    expect(judged({}, other)).toMatchObject({ verdict: 'wrong', reason: 'a sample failed as wrong-body' })
  })

  test('a clock that runs late by two intervals is out of bounds', () => {
    const shifted = (series: ProbeSeries) => ({ ...series, startMs: series.startMs + 40, endMs: series.endMs + 40 })
    expect(judged({}, shifted).verdict).toBe('wrong')
  })
})

describe('what says nothing', () => {
  test('a sample that is missing at an end of the pulse', () => {
    const blind = (series: ProbeSeries) => ({ ...series, outcome: series.outcome.with(12, outcomes.unmeasured) })
    expect(judged({}, blind)).toMatchObject({ verdict: 'unmeasured', reason: 'not measured near its ends: 1 sample' })
  })

  test('a prober or a target that was late', () => {
    expect(judged({ late: [[60, 0.3, 0.4]] }).verdict).toBe('unmeasured')
    const { pulse, series } = played(model)
    expect(judgePulse('baseline', { ...pulse, lagMs: 80 }, series).verdict).toBe('unmeasured')
  })

  test('no samples at all, as of a prober that was killed', () => {
    const none = ({ startMs, endMs, ...series }: ProbeSeries): ProbeSeries => ({
      ...series,
      ...{ startMs, endMs, seq: new Uint32Array(), lagMs: new Float32Array(), latencyMs: new Float32Array() },
      ...{ outcome: new Uint8Array(), error: new Uint8Array(), backend: new Uint8Array() },
    })
    expect(judged({}, none).verdict).toBe('unmeasured')
  })

  test('a pulse that falls between two samples', () => {
    expect(judged({ lengthMs: 10, phaseMs: 5 })).toMatchObject({ verdict: 'between', measured: { samples: 0 } })
    expect(judged({ lengthMs: 10, phaseMs: 15 })).toMatchObject({ verdict: 'seen', measured: { samples: 1 } })
  })
})
