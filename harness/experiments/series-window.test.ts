import { expect, test } from 'vitest'
import { fakeSeries } from '../testing/fake-series.ts'
import { measuredIn } from './series-window.ts'

/** 1000 samples of 20 ms from 10 s on; samples 100 to 110 (12 000 to 12 200 ms) were refused. */
const series = (id: string, target = id) =>
  fakeSeries({ id, title: id, target, samples: 1000, startMs: 10_000, latencyMs: 1, failing: [[100, 110, 1]] })

test('what was measured counts in its own window only, and not on the paths by which the prober tests itself', () => {
  const all = [series('pod'), series('service'), series('null'), series('calibration-new')]
  const inside = measuredIn(all, 11_000, 13_000)
  expect(inside).toMatchObject({ failedProbes: 20, coverage: 1 })
  expect(inside.longestGapMs).toBeGreaterThan(200)
  const later = measuredIn(all, 13_000, 20_000)
  expect(later.failedProbes).toBe(0)
  expect(later.longestGapMs).toBeLessThan(100)
})

test('lookups of a name are counted among the failed, and by themselves', () => {
  const all = [series('pod'), series('dns', 'dns://10.96.0.10:53/echo.default.svc')]
  expect(measuredIn(all, 11_000, 13_000)).toMatchObject({ failedProbes: 20, failedLookups: 10 })
})

test('nothing measured is no good news', () => {
  expect(measuredIn([], 0, 1000)).toEqual({ failedProbes: 0, failedLookups: 0, longestGapMs: null, coverage: 0 })
})
