import { describe, expect, test } from 'vitest'
import type { Pulse } from '../../model/calibration.ts'
import { calibrationPaths } from '../../model/calibration-plan.ts'
import type { RunView } from '../../model/run-view.ts'
import { calibrationWith, goodCalibration, goodRounds } from '../../testing/fake-calibration.ts'
import { emptyRun, goodRecord, goodRun, withRecord } from '../../testing/run-fixture.ts'
import { judge } from '../judge.ts'
import { noDowntime } from '../no-downtime/check.ts'
import { instrumentCalibrated } from './check.ts'

const evidence = Object.fromEntries(goodRounds.map((round) => [`calibration-${round.round}`, round]))
const calibrated = (change: (pulse: Pulse) => Pulse | undefined = (pulse) => pulse): RunView => {
  const pulses = goodCalibration.pulses.flatMap((pulse) => change(pulse) ?? [])
  const record = { ...goodRecord, calibration: calibrationWith(pulses) }
  return { ...goodRun, record, evidence: { ...goodRun.evidence, ...evidence } }
}
const only = (fault: Pulse['fault'], verdict: Pulse['verdict']) => (pulse: Pulse) =>
  pulse.fault === fault && pulse.verdict === 'seen' ? { ...pulse, verdict, reason: 'as if' } : pulse

test('all faults seen before the fault and at the end: passes, and says from what length on', () => {
  expect(instrumentCalibrated.judge(calibrated())).toMatchObject({
    verdict: 'pass',
    summary: expect.stringMatching(
      /^\d+ pulses of 7 faults seen within their bounds, before the fault and after it; 42 ms or longer is seen for sure$/,
    ) as string,
  })
})

describe('is unknown, never fail', () => {
  test('one pulse was missed', () => {
    let missed = false
    const run = calibrated((pulse) => {
      if (missed || pulse.verdict !== 'seen') return pulse
      missed = true
      return { ...pulse, verdict: 'wrong', reason: 'a sample that was sent 3.0 ms after it began succeeded' }
    })
    expect(instrumentCalibrated.judge(run)).toMatchObject({
      verdict: 'unknown',
      summary: expect.stringMatching(/^refuse of \d+ ms on calibration-new before the fault: a sample that/) as string,
    })
  })

  test('a fault was never measured on a path', () => {
    expect(instrumentCalibrated.judge(calibrated(only('drop', 'unmeasured')))).toMatchObject({
      verdict: 'unknown',
      summary: 'drop on calibration-new was not shown to be seen before the fault (and 7 more)',
    })
  })

  test('a pulse that may be seen by luck proves nothing', () => {
    const run = calibrated((pulse) => (pulse.fault === 'freeze' && pulse.truth.lowerMs > 39 ? undefined : pulse))
    expect(instrumentCalibrated.judge(run).verdict).toBe('unknown')
  })

  test('a kind of connection that something is probed by was not calibrated', () => {
    const without = calibrated((pulse) => (pulse.path === 'calibration-stream' ? undefined : pulse))
    expect(instrumentCalibrated.judge(without).verdict).toBe('pass')
    const series = goodRun.series.map((one) => ({ ...one, connection: 'stream' as const }))
    expect(instrumentCalibrated.judge({ ...without, series })).toMatchObject({
      verdict: 'unknown',
      summary: 'refuse on calibration-stream was not shown to be seen before the fault (and 11 more)',
    })
  })

  test('another prober got another scheduling class than the one that was calibrated', () => {
    const started = (vantage: string, scheduling: string, seq: number) => ({
      ...{ seq, atMs: seq, type: 'prober.started', vantage, scheduling },
    })
    const run = (second: string) => ({
      ...calibrated(),
      events: [started('worker', 'SCHED_RR 10', 1), started('pod', second, 2)],
    })
    expect(instrumentCalibrated.judge(run('SCHED_RR 10')).verdict).toBe('pass')
    expect(instrumentCalibrated.judge(run('SCHED_OTHER nice 0'))).toMatchObject({
      verdict: 'unknown',
      summary: 'the prober at pod has SCHED_OTHER nice 0, the one that was calibrated SCHED_RR 10',
    })
  })

  test('there was no second round', () => {
    const run = calibrated((pulse) => (pulse.round === 'settled' ? undefined : pulse))
    const evidence = { ...run.evidence, 'calibration-settled': undefined }
    expect(instrumentCalibrated.judge({ ...run, evidence })).toMatchObject({
      verdict: 'unknown',
      summary: expect.stringContaining('there is no evidence calibration-settled') as string,
    })
  })

  test('nothing was calibrated at all', () => {
    for (const run of [goodRun, emptyRun, withRecord({ calibration: calibrationWith([]) })])
      expect(instrumentCalibrated.judge(run).verdict).toBe('unknown')
  })
})

test('with a pulse measured wrong, failed probes are unknown too: no fail rests on a broken instrument', () => {
  const failing = (run: RunView): RunView => ({
    ...run,
    record: { ...run.record, probes: run.record.probes.map((one) => (one.id === 'pod' ? { ...one, failed: 5 } : one)) },
  })
  const verdicts = (run: RunView) => judge(run, [instrumentCalibrated, noDowntime]).map(({ verdict }) => verdict)
  expect(verdicts(calibrated())).toEqual(['pass', 'pass'])
  expect(verdicts(failing(calibrated()))).toEqual(['pass', 'fail'])
  expect(verdicts(calibrated(only('reset', 'wrong')))).toEqual(['unknown', 'unknown'])
  expect(verdicts(failing(calibrated(only('reset', 'wrong'))))).toEqual(['unknown', 'unknown'])
})

test('every path to the target is calibrated', () => {
  expect(new Set(goodCalibration.pulses.map(({ path }) => path))).toEqual(new Set(calibrationPaths.map(({ id }) => id)))
})
