import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Verdict } from '../../model/run-record.ts'
import { summaryOf } from '../../probe/analysis/summary.ts'
import { arbitrarySeries, type ModelSample, type ModelSeries, seriesOf } from '../../probe/analysis/testing/series.ts'
import { goodRecord, goodSummary, withRecord } from '../../testing/run-fixture.ts'
import { noDowntime } from './check.ts'

/** Small enough that the made-up series, of some seconds, come out on either side of it. */
const budgetMs = 120
const budgets = { ...goodRecord.budgets, longestGapMs: budgetMs, detectableOneIn: 3 }

function verdictOf(model: ModelSeries, failedProbes = 0): Verdict {
  const probes = [{ ...summaryOf(seriesOf(model)), id: 'pod' }, goodSummary('null')]
  return noDowntime.judge(withRecord({ probes, budgets: { ...budgets, failedProbes } })).verdict
}

const lossy = fc.infiniteStream(fc.boolean())
const mostlyGood = arbitrarySeries.map((model) => ({
  ...model,
  samples: model.samples.map((sample, n): ModelSample =>
    n % 9 === 8 ? sample : { outcome: 'ok', lagMs: 0, latencyMs: 2 },
  ),
}))
const anySeries = fc.oneof(arbitrarySeries, mostlyGood)

test('the made-up series give all three verdicts', () => {
  const seen = fc.sample(anySeries, { numRuns: 300, seed: 1 }).map((model) => verdictOf(model))
  expect(new Set(seen)).toEqual(new Set(['pass', 'unknown', 'fail']))
})

test('more unmeasured time never turns fail or unknown into pass', () => {
  fc.assert(
    fc.property(anySeries, lossy, fc.integer({ min: 0, max: 3 }), (model, lost, failedProbes) => {
      const samples = model.samples.map((sample) =>
        sample?.outcome === 'ok' && lost.next().value ? undefined : sample,
      )
      const [before, after] = [verdictOf(model, failedProbes), verdictOf({ ...model, samples }, failedProbes)]
      if (after === 'pass') expect(before).toBe('pass')
    }),
    { numRuns: 150 },
  )
})

test('unmeasured time alone never makes a fail', () => {
  fc.assert(
    fc.property(mostlyGood, lossy, (model, lost) => {
      const samples = model.samples.map((sample): ModelSample =>
        lost.next().value || sample?.outcome === 'failed' ? undefined : sample && { ...sample, latencyMs: 2 },
      )
      expect(verdictOf({ ...model, samples })).not.toBe('fail')
    }),
    { numRuns: 150 },
  )
})

test('after a pass no outage over the budget can have happened, whatever the unmeasured samples were', () => {
  const outage = fc.record({
    fromShare: fc.double({ min: 0, max: 1, noNaN: true }),
    ms: fc.integer({ min: 0, max: 900 }),
  })
  fc.assert(
    fc.property(anySeries, outage, fc.boolean(), (model, { fromShare, ms }, noticed) => {
      const { startMs, endMs, intervalMs } = seriesOf(model)
      const fromMs = startMs + fromShare * Math.max(0, endMs - startMs - ms)
      const toMs = Math.min(fromMs + ms, endMs)
      // What was sent and answered within the outage cannot have succeeded: it failed, or nobody knows.
      const samples = model.samples.map((sample, n): ModelSample => {
        const atMs = startMs + n * intervalMs
        const within = sample && atMs + sample.lagMs > fromMs && atMs + sample.latencyMs < toMs
        if (!within || sample.outcome !== 'ok') return sample
        return noticed ? { ...sample, outcome: 'failed' } : undefined
      })
      if (toMs - fromMs > budgetMs) expect(verdictOf({ ...model, samples }, 1000)).not.toBe('pass')
    }),
    { numRuns: 250 },
  )
})
