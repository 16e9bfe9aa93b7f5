import type { ProbeSeries } from './probe-series.ts'
import type { JournalEvent } from './journal.ts'
import type { RunRecord } from './run-record.ts'
import type { SecondSeries } from './second-series.ts'

/** A run in which nothing was destroyed, on the same topology: what its probes show is the host's and the prober's doing. */
export type ControlArm = Pick<RunRecord, 'id' | 'startedAt' | 'probes'>

/** A finished run as judges and reporters see it: plain data, read from the run directory, no engine needed. */
export interface RunView {
  readonly record: RunRecord
  readonly events: readonly JournalEvent[]
  /** Of the paths to the workload and of the null paths. */
  readonly series: readonly ProbeSeries[]
  /** Of the paths to the calibration target; only while it was calibrated. */
  readonly calibrationSeries: readonly ProbeSeries[]
  /** Of some of the paths, by a second prober, where there was one. */
  readonly secondSeries?: readonly SecondSeries[]
  /** For reports, where there is one. */
  readonly control?: ControlArm
  /** What the collectors stored, by check id or name: evidence/<name>.json. */
  readonly evidence: Readonly<Record<string, unknown>>
}
