import { expect, test } from 'vitest'
import { fakeRun } from '../../../../harness/testing/fake-run.ts'
import { outcomes } from '../../../../harness/model/probe-series.ts'
import { packSeries } from '../../pack-series.ts'
import { unpackSeries } from '../../payload.ts'
import { latencyBuckets } from './latency-buckets.ts'

const run = fakeRun('outage', { samples: 3000 })
const { heads, bytes } = packSeries(run.series)
const series = unpackSeries(heads, bytes)
const whole = { fromMs: 62_000, toMs: 122_000 }

test('the highest of all is the highest of the buckets', () => {
  const { highest } = latencyBuckets(series, 0, whole, 100)
  for (const [index, { latencyMs, outcome }] of run.series.entries()) {
    const max = Math.max(...latencyMs.filter((_, sample) => outcome[sample] === outcomes.ok))
    expect(Math.max(...(highest[index] ?? []).map((ms) => ms ?? 0))).toBeCloseTo(max, 0)
  }
})

test('failures are in their bucket, and no bucket is shorter than the grid', () => {
  const { failed, bucketMs, atMs } = latencyBuckets(series, 0, whole, 100)
  expect(bucketMs).toBe(600)
  expect(failed[0]).toEqual([])
  expect((failed[1] ?? []).map((bucket) => Math.floor(atMs[bucket] ?? 0))).toEqual([
    94_100, 94_700, 95_300, 95_900, 110_300, 110_900,
  ])
  expect(latencyBuckets(series, 0, { fromMs: 62_000, toMs: 62_200 }, 100).bucketMs).toBe(20)
})
