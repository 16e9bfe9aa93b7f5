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

test('with further workloads it is judged what they were to hold, and what the database acknowledged', () => {
  const ids = (workload: string, hold?: Parameters<typeof scenarioFor>[2]) =>
    scenarioFor(noop, { workload }, hold)
      .checks.map(({ id }) => id)
      .filter((id) => ['commits-kept', 'neighbours-as-before'].includes(id))
  const hold = [{ title: 'it runs', on: 'workers', script: 'echo yes' }] as const
  expect(ids('database', hold)).toEqual(['commits-kept', 'neighbours-as-before'])
  expect(ids('examples/neighbourhood', hold)).toEqual(['neighbours-as-before'])
  expect(ids('shop', [])).toEqual([])
  // A stored run: its events say which of them were collected.
  expect(ids('shop,database')).toEqual(['commits-kept', 'neighbours-as-before'])
})
