import type { CalibrationRound } from '../model/calibration.ts'
import { calibrationPaths, calibrationRounds, faultsOn, roundOfDrill } from '../model/calibration-plan.ts'
import type { Calibration } from '../model/run-record.ts'
import { calibratedMs } from '../probe/analysis/detection-floor.ts'
import { judgePulse } from '../probe/analysis/judge-pulse.ts'
import { intervalMs, played } from '../probe/analysis/testing/pulses.ts'

/** The pulses of a drill as a right prober measures them, at a new phase of the grid each time. */
const playedPulses = calibrationRounds.flatMap((round, later) =>
  roundOfDrill(intervalMs, 250).map((pulse, n) => {
    const model = { ...pulse, lengthMs: pulse.lengthMs + 1, phaseMs: (n * 7) % intervalMs, edgeMs: 0.2 }
    return { round, model, atMs: (later + 1) * 70_000 + n * 400 }
  }),
)
const late = [[0.4, 0.3, 0.5] as const]

/** The calibration of a drill in which all went well. */
export const goodCalibration: Calibration = calibrationWith(
  playedPulses.flatMap(({ round, model, atMs }) =>
    calibrationPaths.flatMap(({ id, connection }) => {
      if (!faultsOn(connection).includes(model.fault)) return []
      const { pulse, series } = played({ ...model, late }, id, atMs)
      return judgePulse(round, pulse, series)
    }),
  ),
)

/** What run.json has of these pulses. */
export function calibrationWith(pulses: Calibration['pulses']): Calibration {
  return { intervalMs, calibratedMs: calibratedMs(pulses, calibrationRounds, intervalMs), pulses }
}

/** evidence/calibration-<round>.json of that drill. */
export const goodRounds: readonly CalibrationRound[] = calibrationRounds.map((round) => ({
  round,
  pulses: playedPulses
    .filter((one) => one.round === round)
    .map(({ model, atMs }) => played({ ...model, late }, '', atMs).pulse),
}))
