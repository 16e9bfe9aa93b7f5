import type { ProbeSummary, RunRecord } from '../../harness/model/run-record.ts'

/** The prober's own path to itself: the instrument, not the workload. */
export const instrumentPath = 'null'

/** The paths to the workload. */
export function workloadProbes({ probes }: Pick<RunRecord, 'probes'>): readonly ProbeSummary[] {
  return probes.filter(({ id }) => id !== instrumentPath)
}
