import { describe, expect, test } from 'vitest'
import { nightRun, nights, withRepair } from '../testing/stored-runs.ts'
import { outlierOf, typicalOf } from './outliers.ts'
import { outliersOf, seriesOf } from './trends.ts'

describe('what is usual', () => {
  test('median and spread, of which a single outlier changes nothing', () => {
    const typical = typicalOf([30, 31, 29, 30, 32, 500, null], 0)
    expect(typical).toMatchObject({ median: 30.5, spread: 1.4826 })
    expect([30, 34, 36, 27, 25, null].map((value) => outlierOf(value, typical))).toEqual([
      ...[undefined, undefined, 'high', undefined, 'low', undefined],
    ])
  })

  test('too few nights have nothing that is usual, and noise is never an outlier', () => {
    expect(typicalOf([30, 31, 29, 30], 0)).toBeUndefined()
    expect(outlierOf(500, undefined)).toBeUndefined()
    const typical = typicalOf([30, 30, 30, 30, 30], 6)
    expect([36, 37].map((value) => outlierOf(value, typical))).toEqual([undefined, 'high'])
  })
})

describe('the series of a drill', () => {
  const [series, ...others] = seriesOf([...nights].toReversed()).toReversed()
  const trend = (id: string) => series?.trends.find((one) => one.id === id)

  test('has its nights in order, and each drill is one of its own', () => {
    expect(others).toHaveLength(1)
    expect(series?.nights.map(({ startedAt }) => startedAt.slice(8, 10))).toEqual(
      Array.from({ length: 12 }, (_, index) => String(index + 1).padStart(2, '0')),
    )
    expect(trend('repair')?.values.map((ms) => Math.round((ms ?? 0) / 1000))).toEqual([
      ...[30, 31, 29, 30, 32, 30, 31, 29, 30, 31, 30, 55],
    ])
  })

  test('budgets decide, the trend flags: a slow night within its budget passes', () => {
    expect(series?.nights.map(({ verdict }) => verdict)).toEqual(
      Array.from({ length: 12 }, (_, index) => (index === 3 ? 'fail' : 'pass')),
    )
    expect(trend('repair')?.budgets[0]).toBe(40_000)
    expect(trend('repair')?.outliers.at(-1)).toBe('high')
    expect(series && outliersOf(series).map(({ id }) => id)).toEqual(['repair'])
    expect(trend('failed')?.outliers[3]).toBe('high')
  })

  test('what changed between two nights is told at the second', () => {
    expect(series?.nights.flatMap(({ changed }, index) => changed.map((change) => [index, change]))).toEqual([
      [6, { name: 'kubernetes', before: 'v1.36.4', after: 'v1.37.0' }],
    ])
  })

  test('what was not measured is not 0', () => {
    const [aborted] = seriesOf([nightRun(1), nightRun(2, 'aborted')])
    for (const id of ['repair', 'failed', 'longest-gap'])
      expect(aborted?.trends.find((one) => one.id === id)?.values.at(-1), id).toBeNull()
    expect(aborted?.nights.at(-1)?.verdict).toBe('unknown')
  })

  test('drills whose last night failed come first, then those with an outlier', () => {
    const of = (drill: string, lastKind: 'pass' | 'outage', lastMs: number) =>
      [1, 2, 3, 4, 5, 6, 7].map((night) => ({
        ...withRepair(nightRun(night, night === 7 ? lastKind : 'pass'), night === 7 ? lastMs : 30_000),
        drill,
      }))
    const runs = [...of('a', 'pass', 30_000), ...of('b', 'pass', 38_000), ...of('c', 'outage', 30_000)]
    expect(seriesOf(runs).map(({ drill }) => drill)).toEqual(['c', 'b', 'a'])
  })
})
