import fc from 'fast-check'
import { expect, test } from 'vitest'
import { probeSummarySchema } from '../../model/run-record.ts'
import { quantilesOf } from './quantiles.ts'
import { summaryOf } from './summary.ts'
import { arbitrarySeries, drawn, seriesOf } from './testing/series.ts'

test('every planned sample is ok, failed or unmeasured, and the schema takes the summary', () => {
  fc.assert(
    fc.property(arbitrarySeries, (model) => {
      const summary = probeSummarySchema.parse(summaryOf(seriesOf(model)))
      const count = (kind: string) =>
        model.samples.filter((sample) => (sample?.outcome ?? 'unmeasured') === kind).length
      expect(summary).toMatchObject({
        planned: model.samples.length,
        ok: count('ok'),
        failed: count('failed'),
        unmeasured: count('unmeasured'),
      })
      expect(summary.openAtEnd).toBe(
        model.samples.findLast((sample) => sample && sample.outcome !== 'unmeasured')?.outcome === 'failed',
      )
      expect(summary.coverage).toBeCloseTo(
        model.samples.length === 0 ? 0 : (count('ok') + count('failed')) / model.samples.length,
        9,
      )
    }),
  )
})

test('a prober that died is charged to coverage up to the end, not to downtime', () => {
  expect(summaryOf(drawn('oooooooooo..........'))).toMatchObject({
    planned: 20,
    ok: 10,
    unmeasured: 10,
    coverage: 0.5,
    longestGapMs: 20,
    openAtEnd: false,
  })
})

test('samples planned after the end do not count', () => {
  expect(summaryOf({ ...drawn('oooofff'), endMs: 80 })).toMatchObject({
    planned: 4,
    sent: 4,
    ok: 4,
    failed: 0,
    coverage: 1,
    outages: [],
  })
})

test('what was not sent is unmeasured and counts among the planned only', () => {
  const series = { ...drawn('oouo'), errors: ['none', 'not-sent'], error: Uint8Array.of(0, 0, 1, 0) }
  expect(summaryOf(series)).toMatchObject({ planned: 4, sent: 3, ok: 3, unmeasured: 1 })
})

test('no samples: nothing is claimed', () => {
  expect(summaryOf(drawn(''))).toMatchObject({
    planned: 0,
    coverage: 0,
    longestGapMs: null,
    latencyMs: null,
    lagMs: null,
  })
})

test('latency is that of successes', () => {
  expect(summaryOf(drawn('ooofs')).latencyMs).toEqual({ p50: 2, p99: 240, max: 240 })
  const series = drawn('ooof')
  expect(summaryOf({ ...series, latencyMs: Float32Array.of(2, 2, 2, 250) }).latencyMs?.max).toBe(2)
})

test('a failure is measured too: it tells how rare another could be', () => {
  expect(summaryOf(drawn(`${'o'.repeat(400)}${'f'.repeat(100)}`)).detectableOneIn).toBe(109)
})

test('says when the longest gap began, and why the samples of an outage failed', () => {
  expect(summaryOf(drawn('ooofffoo'))).toMatchObject({
    longestGapMs: 80,
    longestGapAtMs: 42,
    outages: [{ fromMs: 60, errors: ['refused'] }],
  })
})

test('quantiles are values that occurred, in order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1 }), (values) => {
      const { p50 = -1, p99 = -1, max = -1 } = quantilesOf(Float32Array.from(values)) ?? {}
      expect(values.filter((value) => value <= p50).length).toBeGreaterThanOrEqual(values.length / 2)
      expect(values.filter((value) => value < p50).length).toBeLessThan(values.length / 2)
      expect(values.filter((value) => value <= p99).length).toBeGreaterThanOrEqual(values.length * 0.99)
      expect(values).toContain(p99)
      expect(max).toBe(Math.max(...values))
    }),
  )
})
