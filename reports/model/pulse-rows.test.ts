import { expect, test } from 'vitest'
import type { Calibration } from '../../harness/model/run-record.ts'
import { calibrationWith, goodCalibration } from '../../harness/testing/fake-calibration.ts'
import { fakeRun } from '../../harness/testing/fake-run.ts'
import { calibrationText, faultRows, proberText } from './pulse-rows.ts'

const plain = (text: string) => text.replaceAll('\u00A0', ' ')

test('every pulse is in the row of its fault', () => {
  const rows = faultRows(goodCalibration)
  expect(rows.map(({ fault }) => fault)).toHaveLength(7)
  const sum = rows.reduce(
    (total, { seen, between, unmeasured, wrong }) => total + seen + between + unmeasured + wrong,
    0,
  )
  expect(sum).toBe(goodCalibration.pulses.length)
  expect(plain(rows.find(({ fault }) => fault === 'drop')?.lengths ?? '')).toMatch(/^\d+ ms to 291 ms$/)
})

test('says from what length on faults were seen, or that the prober cannot be trusted', () => {
  const text = (calibration: Calibration) => plain(calibrationText(calibration))
  expect(text(goodCalibration)).toMatch(/^Every fault of 42 ms or longer was seen, on every kind of connection/)
  expect(text(calibrationWith([]))).toMatch(/^The prober was not calibrated/)
  const wrong = goodCalibration.pulses.map((pulse, at) => (at === 5 ? { ...pulse, verdict: 'wrong' as const } : pulse))
  expect(text(calibrationWith(wrong))).toMatch(/^1 of \d+ pulses measured wrong/)
  expect(text(calibrationWith(goodCalibration.pulses.slice(0, 9)))).toMatch(/^Not every fault/)
})

test('says what the prober took', () => {
  const { probers, ...record } = fakeRun('pass').record
  const [worker, pod, outside, together] = plain(proberText({ ...record, probers: probers ?? [] })).split('. ')
  expect(worker).toBe(
    'The prober at the first worker took 11.90 % of one core (SCHED_RR 10) for 250.3 samples a second, sent none later than 12 ms, and was held up 2 times for more than 50 ms, 141 ms in all',
  )
  expect(pod).toBe(
    'The one inside a pod took 4.20 % of one core (SCHED_RR 10) for 98.1 samples a second, sent none later than 9.0 ms, and was never held up for more than 50 ms',
  )
  expect(outside).toMatch(/^The one outside took 4.60 %/)
  expect(together).toBe('Together they took 20.70 % of one core for 447.7 samples a second.')
  expect(plain(proberText(record))).toBe(
    'The prober took 11.90 % of one core (SCHED_RR 10), and was held up 2 times for more than 50 ms, 141 ms in all.',
  )
  expect(proberText({ proberScheduling: null })).toBe('What the prober took was not recorded.')
})
