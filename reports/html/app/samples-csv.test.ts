import { expect, test } from 'vitest'
import { fakeRun } from '../../../harness/testing/fake-run.ts'
import { packSeries } from '../pack-series.ts'
import { unpackSeries } from '../payload.ts'
import { samplesCsv } from './samples-csv.ts'

test('a row for every planned sample, with names for numbers', () => {
  const { series } = fakeRun('outage', { samples: 1700 })
  const { heads, bytes } = packSeries(series)
  const rows = samplesCsv(unpackSeries(heads, bytes)).join('').trimEnd().split('\n')
  expect(rows).toHaveLength(1 + 5 * 1700)
  expect(rows[0]).toBe('path,planned_ms,state,latency_ms,lag_ms,error,backend')
  expect(rows[1 + 1700 + 1600]).toMatch(/^cluster-ip-new,94000,failed,1.2,[\d.]+,refused,$/)
})

test('quotes are doubled, and no cell is a formula', () => {
  const { series } = fakeRun('outage', { samples: 1 })
  const { heads, bytes } = packSeries(series.slice(0, 1).map((each) => ({ ...each, id: '=1+1,"x"' })))
  expect(samplesCsv(unpackSeries(heads, bytes))[1]).toMatch(/^"'=1\+1,""x""",/)
})
