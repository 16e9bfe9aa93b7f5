import type { RunRecord } from '../../harness/model/run-record.ts'

/** The verdict in one sentence; for a run that was not judged, why there is none. */
export function runClaim({ claim, error, stage }: RunRecord): string {
  if (claim !== null) return claim
  if (error !== null) return `No verdict: the run ended early in phase ${error.phase}: ${error.message}`
  return `No verdict: the run was left at stage "${stage}"`
}
