import { calibrationRoundSchema, type Pulse } from '../../model/calibration.ts'
import { calibrationRounds, calibrationEvidence, roundTitles } from '../../model/calibration-plan.ts'
import type { Check } from '../../model/check.ts'
import { counted } from '../../model/format.ts'
import type { RunView } from '../../model/run-view.ts'
import { evidenceOf } from '../../observe/evidence-of.ts'
import { shortestSeen } from '../../probe/analysis/detection-floor.ts'
import { conclude } from '../conclude.ts'
import { gapText } from '../probe-summary-text.ts'

const check = { id: 'instrument-calibrated', title: 'The prober sees what happens' }

/**
 * The prober proves itself before the fault and after it, on a target of the harness. Pass or unknown, never fail: a broken
 * instrument says nothing about the cluster. That it is unknown takes its weight from what the prober saw, see no-downtime.
 */
export const instrumentCalibrated: Check = {
  ...check,
  judge(run) {
    const { calibration } = run.record
    const pulses = calibration?.pulses ?? []
    const rounds = calibrationRounds.map((id) => evidenceOf(run, calibrationEvidence(id), calibrationRoundSchema))
    const wrong = pulses.filter(({ verdict }) => verdict === 'wrong')
    const used = run.series.flatMap(({ connection }) => connection ?? [])
    const notSeen = shortestSeen(pulses, calibrationRounds, calibration?.intervalMs ?? 0, used).filter(
      ({ ms }) => ms === null,
    )
    const count = (verdict: Pulse['verdict']) => pulses.filter((pulse) => pulse.verdict === verdict).length
    return conclude(check, {
      failures: [],
      unknowns: [
        ...rounds.flatMap((round) => (round.ok ? [] : [round.unknown])),
        ...wrong.map((pulse) => `${pulseText(pulse)}: ${pulse.reason}`),
        ...(pulses.length === 0
          ? ['the prober measured no pulse']
          : notSeen.map(({ round, path, fault }) => `${fault} on ${path} was not shown to be seen ${titleOf(round)}`)),
        ...otherClasses(run),
      ],
      claim: `${counted(count('seen'), 'pulse')} of 7 faults seen within their bounds, before the fault and after it; ${gapText(calibration?.calibratedMs ?? null)} or longer is seen for sure`,
      facts: [
        `${count('between')} fell between two samples, ${count('unmeasured')} were not measured`,
        ...pulses
          .filter(({ verdict }) => verdict === 'unmeasured')
          .map((pulse) => `${pulseText(pulse)}: ${pulse.reason}`),
      ],
    })
  },
}

/**
 * One prober is calibrated, and the others are the same program: what it sees they see. Whether they are held up they tell themselves, by
 * their lag and their own null paths. With another scheduling class they may be held up in another way.
 */
function otherClasses({ events }: RunView): readonly string[] {
  const started = events
    .filter(({ type }) => type === 'prober.started')
    .map(({ vantage, scheduling }) => ({ vantage, scheduling }))
  const [first] = started
  return started
    .filter(({ scheduling }) => scheduling !== first?.scheduling)
    .map(
      ({ vantage, scheduling }) =>
        `the prober at ${String(vantage)} has ${String(scheduling)}, the one that was calibrated ${String(first?.scheduling)}`,
    )
}

const pulseText = ({ fault, path, round, truth }: Pulse) =>
  `${fault} of ${gapText(truth.upperMs)} on ${path} ${titleOf(round)}`

const titleOf = (round: string): string => roundTitles[round] ?? round
