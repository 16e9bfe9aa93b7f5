import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Verdict } from '../../model/run-record.ts'
import { summaryOf } from '../../probe/analysis/summary.ts'
import { arbitraryCells, type KillCase, type KillCases, seriesOf } from '../../probe/analysis/testing/series.ts'
import { goodRecord, goodSummary, withRecord } from '../../testing/run-fixture.ts'
import { noDowntime } from './check.ts'

/** Small enough that the made-up series, of some seconds, come out on either side of it. */
const budgetMs = 120
const budgets = { ...goodRecord.budgets, longestGapMs: budgetMs, detectableOneIn: 3 }

function verdictOf(cases: KillCases, failedProbes = 0): Verdict {
  const probes = [{ ...summaryOf(seriesOf(cases)), id: 'pod' }, goodSummary('null')]
  return noDowntime.judge(withRecord({ probes, budgets: { ...budgets, failedProbes } })).verdict
}

const lossy = fc.infiniteStream(fc.boolean())
const mostlyGood = arbitraryCells.map((cases) => ({
  ...cases,
  cells: cases.cells.map((cell, n): KillCase => (n % 9 === 8 ? cell : { outcome: 'ok', lagMs: 0, latencyMs: 2 })),
}))
const anyCells = fc.oneof(arbitraryCells, mostlyGood)

test('the made-up series give all three verdicts', () => {
  const seen = fc.sample(anyCells, { numRuns: 300, seed: 1 }).map((cases) => verdictOf(cases))
  expect(new Set(seen)).toEqual(new Set(['pass', 'unknown', 'fail']))
})

test('more unmeasured time never turns fail or unknown into pass', () => {
  fc.assert(
    fc.property(anyCells, lossy, fc.integer({ min: 0, max: 3 }), (cases, lost, failedProbes) => {
      const cells = cases.cells.map((cell) => (cell?.outcome === 'ok' && lost.next().value ? undefined : cell))
      const [before, after] = [verdictOf(cases, failedProbes), verdictOf({ ...cases, cells }, failedProbes)]
      if (after === 'pass') expect(before).toBe('pass')
    }),
    { numRuns: 150 },
  )
})

test('unmeasured time alone never makes a fail', () => {
  fc.assert(
    fc.property(mostlyGood, lossy, (cases, lost) => {
      const cells = cases.cells.map((cell): KillCase =>
        lost.next().value || cell?.outcome === 'failed' ? undefined : cell && { ...cell, latencyMs: 2 },
      )
      expect(verdictOf({ ...cases, cells })).not.toBe('fail')
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
    fc.property(anyCells, outage, fc.boolean(), (cases, { fromShare, ms }, noticed) => {
      const { startMs, endMs, intervalMs } = seriesOf(cases)
      const fromMs = startMs + fromShare * Math.max(0, endMs - startMs - ms)
      const toMs = Math.min(fromMs + ms, endMs)
      // What was sent and answered within the outage cannot have succeeded: it failed, or nobody knows.
      const cells = cases.cells.map((cell, n): KillCase => {
        const atMs = startMs + n * intervalMs
        const within = cell && atMs + cell.lagMs > fromMs && atMs + cell.latencyMs < toMs
        if (!within || cell.outcome !== 'ok') return cell
        return noticed ? { ...cell, outcome: 'failed' } : undefined
      })
      if (toMs - fromMs > budgetMs) expect(verdictOf({ ...cases, cells }, 1000)).not.toBe('pass')
    }),
    { numRuns: 250 },
  )
})
