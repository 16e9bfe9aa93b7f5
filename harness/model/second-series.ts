import type { ProbeSeries } from './probe-series.ts'

/** The samples that a second prober took of a path of the first. The id is that of the path. */
export interface SecondSeries extends ProbeSeries {
  /** Its process ended as it should; false where it was killed. */
  readonly ended: boolean
  /** Processor time of its process since it was started; null where it was killed. */
  readonly cpuMs: number | null
}
