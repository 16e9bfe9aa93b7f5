import { isWorkloadPath } from '../../harness/model/probe-path.ts'
import type { ProbeSummary, RunRecord } from '../../harness/model/run-record.ts'

/** The verdict in one sentence; for a run that was not judged, the reason. */
export function runClaim({ claim, error, stage }: Pick<RunRecord, 'claim' | 'error' | 'stage'>): string {
  if (claim !== null) return claim
  if (error !== null) return `No verdict: the run ended early in phase ${error.phase}: ${error.message}`
  return `No verdict: the run was left at stage "${stage}"`
}

/** The paths to the workload. */
export function workloadProbes({ probes }: Pick<RunRecord, 'probes'>): readonly ProbeSummary[] {
  return probes.filter((probe) => isWorkloadPath(probe))
}

/** Control characters except line ends and tabs, and those that change the direction of text. */
const invisible = /(?![\t\n\r])[\p{Cc}\u061C\u200E\u200F\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu

/** The text with � for every character that is invisible, or that makes text read as another. */
export function visibleText(text: string): string {
  return text.replaceAll(invisible, '\uFFFD')
}
