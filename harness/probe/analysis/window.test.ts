import { expect, test } from 'vitest'
import { fakeSeries } from '../../testing/fake-series.ts'
import { windowOf } from './window.ts'

/** 1000 samples of 20 ms from 10 s on; samples 100 to 110 (12 000 to 12 200 ms) were refused. */
const series = (id: string) =>
  fakeSeries({ id, title: id, target: id, samples: 1000, startMs: 10_000, latencyMs: 1, failing: [[100, 110, 1]] })

test('a window has the samples planned in it, on a grid of its own', () => {
  const window = windowOf(series('pod'), 11_990, 12_100)
  expect(window.startMs).toBe(12_000)
  expect([...window.seq]).toEqual([0, 1, 2, 3, 4])
  expect([...window.outcome]).toEqual([1, 1, 1, 1, 1])
  expect(window.latencyMs).toHaveLength(5)
})

test('a window that is longer than the series ends with it', () => {
  expect(windowOf(series('pod'), 0, 1e9).seq).toHaveLength(1000)
  expect(windowOf(series('pod'), 1e9, 2e9).seq).toHaveLength(0)
})
