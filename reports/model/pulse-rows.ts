import type { Pulse } from '../../harness/model/calibration.ts'
import { faultTitles, roundTitles, type TargetFault, targetFaults } from '../../harness/model/calibration-plan.ts'
import { stallMs } from '../../harness/model/probe-series.ts'
import type { ProberAt } from '../../harness/model/prober-record.ts'
import type { Calibration, RunRecord } from '../../harness/model/run-record.ts'
import { formatCount, formatCounted, formatDuration, formatShare } from './figures.ts'

export interface FaultRow {
  readonly fault: TargetFault
  readonly title: string
  readonly seen: number
  readonly between: number
  readonly unmeasured: number
  readonly wrong: number
  /** The truth of the shortest and of the longest pulse that was seen, as text. */
  readonly lengths: string
}

/** What became of the pulses of each fault, on all paths and in all rounds. */
export function faultRows({ pulses }: Calibration): readonly FaultRow[] {
  return targetFaults.map((fault) => {
    const of = pulses.filter((pulse) => pulse.fault === fault)
    const count = (verdict: Pulse['verdict']) => of.filter((pulse) => pulse.verdict === verdict).length
    const lengths = of.flatMap(({ verdict, truth }) => (verdict === 'seen' ? [truth.upperMs] : []))
    return {
      ...{ fault, title: faultTitles[fault] },
      ...{ seen: count('seen'), between: count('between'), unmeasured: count('unmeasured'), wrong: count('wrong') },
      lengths:
        lengths.length === 0
          ? '–'
          : `${formatDuration(Math.min(...lengths))} to ${formatDuration(Math.max(...lengths))}`,
    }
  })
}

/** Which pulse it is: `drop before the fault, on calibration-new`. */
export const pulseTitle = ({ fault, round, path }: Pick<Pulse, 'fault' | 'round' | 'path'>): string =>
  `${fault} ${roundTitles[round] ?? round}, on ${path}`

/** Lower, point and upper of what the prober measured. */
export const measuredTexts = ({ measured }: Pulse): readonly string[] =>
  [measured.lowerMs, measured.pointMs, measured.upperMs].map((ms) =>
    measured.samples === 0 ? '0' : formatDuration(ms),
  )

/** What the calibration came to, in a sentence. */
export function calibrationText({ calibratedMs, pulses }: Calibration): string {
  const wrong = pulses.filter(({ verdict }) => verdict === 'wrong').length
  if (pulses.length === 0) return 'The prober was not calibrated: what it would have missed is not known.'
  if (wrong > 0)
    return `${formatCount(wrong)} of ${formatCounted(pulses.length, 'pulse')} measured wrong: nothing that this prober says can be trusted.`
  return calibratedMs === null
    ? 'Not every fault was shown to be seen, before and after: what the prober would have missed is not known.'
    : `Every fault of ${formatDuration(Math.ceil(calibratedMs))} or longer was seen, on every kind of connection, before and after.`
}

/** What each prober itself took, and how it fared. */
export function proberText({
  prober,
  probers,
  proberScheduling,
}: Pick<RunRecord, 'prober' | 'probers' | 'proberScheduling'>): string {
  if (probers) return [...probers.map(proberAtText), ...togetherText(probers)].join(' ')
  if (!prober) return 'What the prober took was not recorded.'
  return `The prober took ${costText(prober, proberScheduling ?? 'its scheduling class is not known')}, and was ${stallsText(prober)}.`
}

const places: Readonly<Record<ProberAt['vantage'], string>> = {
  worker: 'The prober at the first worker',
  pod: 'The one inside a pod',
  outside: 'The one outside',
}

const proberAtText = (prober: ProberAt): string =>
  `${places[prober.vantage]} took ${costText(prober, prober.scheduling)} for ${rateText(prober.samplesPerSecond)}, sent none later than ${formatDuration(prober.worstLagMs)}, and was ${stallsText(prober)}.`

function togetherText(probers: readonly ProberAt[]): readonly string[] {
  const sum = (key: 'cpuShare' | 'samplesPerSecond') => probers.reduce((total, prober) => total + prober[key], 0)
  return probers.length < 2
    ? []
    : [`Together they took ${formatShare(sum('cpuShare'))} of one core for ${rateText(sum('samplesPerSecond'))}.`]
}

const costText = ({ cpuShare }: Pick<ProberAt, 'cpuShare'>, scheduling: string) =>
  `${formatShare(cpuShare)} of one core (${scheduling})`

const rateText = (samplesPerSecond: number) => `${samplesPerSecond.toFixed(1)} samples a second`

function stallsText({ stalls, stalledMs }: Pick<ProberAt, 'stalls' | 'stalledMs'>): string {
  const text = stalls === 0 ? 'never held up' : `held up ${formatCounted(stalls, 'time')}`
  return `${text} for more than ${formatDuration(stallMs)}${stalls === 0 ? '' : `, ${formatDuration(stalledMs)} in all`}`
}
