import type { Connection, ProbePath } from './probe-path.ts'

/** The faults that the calibration target puts on. */
export const targetFaults = ['refuse', 'reset', 'drop', 'freeze', 'wrong-body', 'cut-body', 'latency'] as const
export type TargetFault = (typeof targetFaults)[number]

/** What each does to every request that the target takes up while it lasts. */
export const faultTitles: Readonly<Record<TargetFault, string>> = {
  refuse: 'nothing listens; open connections are reset',
  reset: 'every connection is reset',
  drop: 'requests are swallowed, and never answered',
  freeze: 'requests are held, and answered when it ends',
  'wrong-body': 'answers are not what was asked for',
  'cut-body': 'answers break off in the middle',
  latency: 'answers come after the deadline',
}

/**
 * Those that a kind of connection knows. A datagram has no connection to be reset. A stream keeps its lines in order, so that late ones
 * delay those after them for longer than the fault lasts.
 */
export const faultsOn = (connection: Connection): readonly TargetFault[] =>
  targetFaults.filter((fault) => fault !== unknownOn[connection])
const unknownOn: Readonly<Partial<Record<Connection, TargetFault>>> = { datagram: 'reset', stream: 'latency' }

/** A fault of a known length. */
export interface PlannedPulse {
  readonly fault: TargetFault
  readonly lengthMs: number
}

/** The rounds of a drill: in its baseline, and when the cluster has recovered. */
export const calibrationRounds = ['baseline', 'settled'] as const
export type CalibrationRoundId = (typeof calibrationRounds)[number]

/** As they read in a sentence. */
export const roundTitles: Readonly<Record<string, string>> = { baseline: 'before the fault', settled: 'at the end' }

/** The name of a round's evidence. */
export const calibrationEvidence = (round: CalibrationRoundId): string => `calibration-${round}`

/** The paths of a prober to its calibration target. */
export const calibrationPaths: readonly Pick<ProbePath, 'id' | 'title' | 'connection'>[] = [
  { id: 'calibration-new', title: 'Calibration target, new connections', connection: 'new' },
  { id: 'calibration-reused', title: 'Calibration target, one reused connection', connection: 'reused' },
  { id: 'calibration-stream', title: 'Calibration target, one stream', connection: 'stream' },
  { id: 'calibration-datagram', title: 'Calibration target, datagrams', connection: 'datagram' },
]

/** The kind of connection that such a path stands for. */
export const connectionOn = (path: string): Connection | undefined =>
  calibrationPaths.find(({ id }) => id === path)?.connection

/** Its samples belong to the instrument, and to no figure of the workload. */
export const isCalibrationPath = ({ id }: { readonly id: string }): boolean => id.startsWith('calibration-')

/** Below twice the interval a pulse may fall between two samples. */
export const surelySeen = (intervalMs: number): number => 2 * intervalMs

/**
 * The pulses of one round of a drill: every fault with half an interval, with the shortest length that is seen for sure, and with
 * a longer one; what needs the deadline to be seen also beyond it. Some 7 s.
 */
export function roundOfDrill(intervalMs: number, deadlineMs: number): readonly PlannedPulse[] {
  const short = [intervalMs / 2, surelySeen(intervalMs), 5 * intervalMs]
  return targetFaults.flatMap((fault) =>
    [...short, ...(needsDeadline(fault) ? [deadlineMs + 2 * intervalMs] : [])].map((lengthMs) => ({ fault, lengthMs })),
  )
}

/** What fails only because no answer comes in time. */
export const needsDeadline = (fault: TargetFault): boolean => ['drop', 'freeze', 'latency'].includes(fault)
