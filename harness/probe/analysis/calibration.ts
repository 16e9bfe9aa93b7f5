import type { CalibrationRound } from '../../model/calibration.ts'
import { connectionOn, faultsOn, isCalibrationPath } from '../../model/calibration-plan.ts'
import type { ProbeSeries } from '../../model/probe-series.ts'
import type { Calibration } from '../../model/run-record.ts'
import { calibratedMs } from './detection-floor.ts'
import { judgePulse } from './judge-pulse.ts'

/**
 * What the rounds say about the prober: every pulse on every path to the calibration target.
 * @param all the series of the prober
 * @param wanted the rounds without which it is not calibrated
 */
export function calibrationOf(
  rounds: readonly CalibrationRound[],
  all: readonly ProbeSeries[],
  wanted: readonly string[],
): Calibration {
  const paths = all.filter(isCalibrationPath)
  const pulses = rounds.flatMap(({ round, pulses }) =>
    pulses.flatMap((pulse) =>
      paths
        .filter(({ id }) => faultsOn(connectionOn(id) ?? 'new').includes(pulse.fault))
        .map((path) => judgePulse(round, pulse, path, all)),
    ),
  )
  const intervalMs = Math.max(0, ...paths.map((path) => path.intervalMs))
  const used = all.flatMap(({ connection }) => connection ?? [])
  return { intervalMs, calibratedMs: calibratedMs(pulses, wanted, intervalMs, used), pulses }
}
