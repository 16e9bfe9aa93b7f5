import { expect, test } from 'vitest'
import { calibrationPaths } from '../../model/calibration-plan.ts'
import { judgePulse } from '../../probe/analysis/judge-pulse.ts'
import { intervalMs, played } from '../../probe/analysis/testing/pulses.ts'
import { matrixTable } from './matrix-table.ts'

/** The same fault twice, three milliseconds apart in its phase; and a short one that falls between two samples. */
const planned = [
  { fault: 'refuse', lengthMs: 100, phaseMs: 7 },
  { fault: 'refuse', lengthMs: 10, phaseMs: 5 },
  { fault: 'refuse', lengthMs: 100, phaseMs: 10 },
] as const

test('a row for each fault and length: how often it was seen on each path, and how far off', () => {
  const pulses = planned.flatMap((one) =>
    calibrationPaths.map(({ id }) => {
      const { pulse, series } = played({ ...one, edgeMs: 0.2, late: [[0.5, 0.3, 0.4]] }, id)
      return judgePulse('matrix', pulse, series)
    }),
  )
  const rows = matrixTable({ planned, calibration: { intervalMs, calibratedMs: null, pulses } }).split('\n')
  expect(rows).toContain(
    '| refuse | 100 | 2 of 2 | 2 of 2 | 2 of 2 | 2 of 2 | 0 | 0 | 0 | 100 (100 to 100) | 0 (0 to 0) | 20 (20 to 20) |',
  )
  expect(rows).toContain('| refuse | 10 | 0 of 1 | 0 of 1 | 0 of 1 | 0 of 1 | 4 | 0 | 0 | 10 (10 to 10) | – | – |')
  expect(rows).toContain('| drop | 100 | – | – | – | – | 0 | 0 | 0 | – | – | – |')
})
