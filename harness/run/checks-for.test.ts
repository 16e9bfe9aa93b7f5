import { expect, test } from 'vitest'
import { noop } from '../../scenarios/noop.ts'
import { goodCalibration } from '../testing/fake-calibration.ts'
import { goodRecord } from '../testing/run-fixture.ts'
import { modeOf, scenarioFor } from './checks-for.ts'

const isChecked = (mode: Parameters<typeof scenarioFor>[1]) =>
  scenarioFor(noop, mode).checks.some(({ id }) => id === 'instrument-calibrated')

test('every run has to show that its prober sees, unless nothing is measured in it', () => {
  expect(isChecked({})).toBe(true)
  expect(isChecked({ planOnly: true })).toBe(false)
})

test('a stored run is judged by whether its prober was to be calibrated, not by whether that went well', () => {
  expect(isChecked(modeOf({ ...goodRecord, calibration: { ...goodCalibration, pulses: [] } }))).toBe(true)
  expect(isChecked(modeOf(goodRecord))).toBe(false)
})
