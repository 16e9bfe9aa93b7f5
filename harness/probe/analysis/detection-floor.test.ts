import fc from 'fast-check'
import { expect, test } from 'vitest'
import { calibrationRounds } from '../../model/calibration-plan.ts'
import { outcomes } from '../../model/probe-series.ts'
import { goodCalibration } from '../../testing/fake-calibration.ts'
import { calibratedMs, detectionFloorMs, longestUnsent, shortestSeen } from './detection-floor.ts'
import { plannedMs } from './schedule.ts'
import { arbitrarySeries, drawn, seriesOf } from './testing/series.ts'

test.each([
  ['a sample each interval', 'oooooo', 20],
  ['failures are measured', 'offffo', 20],
  ['a sample that was not measured', 'oouooo', 40],
  ['samples without a record', 'oo...oo', 80],
  ['from the start', '..ooo', 40],
  ['to the end', 'ooo..', 60],
  ['slow answers were sent in time', 'ossso', 20],
  ['nothing measured', 'uuuu', 80],
])('%s', (_, picture, ms) => {
  expect(longestUnsent(drawn(picture))).toBe(ms)
})

test('any longer outage has a sample in it that was measured', () => {
  fc.assert(
    fc.property(arbitrarySeries, fc.double({ min: 0, max: 1, noNaN: true }), (model, where) => {
      const series = seriesOf(model)
      const lengthMs = longestUnsent(series) + 0.01
      const fromMs = series.startMs + where * (series.endMs - series.startMs - lengthMs)
      fc.pre(series.endMs - series.startMs >= lengthMs)
      const sent = [...series.seq].map((n, row) => plannedMs(series, n) + (series.lagMs[row] ?? 0))
      const within = sent.filter(
        (atMs, row) =>
          series.outcome[row] !== outcomes.unmeasured && atMs >= fromMs - 0.01 && atMs <= fromMs + lengthMs + 0.01,
      )
      expect(within.length).toBeGreaterThan(0)
    }),
  )
})

test('the calibrated length is the longest that was the shortest of some fault, round and path', () => {
  const { pulses, intervalMs } = goodCalibration
  const shortest = shortestSeen(pulses, calibrationRounds, intervalMs)
  expect(shortest).toHaveLength(2 * (7 + 7 + 6 + 6))
  expect(calibratedMs(pulses, calibrationRounds, intervalMs)).toBe(Math.max(...shortest.map(({ ms }) => ms ?? 0)))
  const without = pulses.filter(({ fault, truth }) => fault !== 'drop' || truth.upperMs > 60)
  expect(calibratedMs(without, calibrationRounds, intervalMs)).toBeGreaterThan(100)
  const wrong = pulses.map((pulse, at) => (at === 3 ? { ...pulse, verdict: 'wrong' as const } : pulse))
  expect(calibratedMs(wrong, calibrationRounds, intervalMs)).toBeNull()
  expect(calibratedMs(pulses, [...calibrationRounds, 'another'], intervalMs)).toBeNull()
})

test('the floor of a path is what its samples allow, and never below what was calibrated', () => {
  expect(detectionFloorMs(drawn('oooooo'), 41.5)).toBe(41.5)
  expect(detectionFloorMs(drawn('oo...oo'), 41.5)).toBe(80)
  expect(detectionFloorMs(drawn('oooooo'), null)).toBeNull()
})
