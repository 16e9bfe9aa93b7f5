import type { Finding, RunRecord, Verdict } from '../../harness/model/run-record.ts'

/** The end of a repair that is not to recover the cluster, and whether it came. */
export interface ExpectedEnd {
  readonly kind: 'refused' | 'nothing-to-do'
  /** What the scenario expects, as the end of "expected: …". */
  readonly expected: string
  /** Of the check that judges it; unknown where it was not judged. */
  readonly verdict: Verdict
  /** What that check found; empty where it was not judged. */
  readonly summary: string
}

/** Undefined for a run whose repair has to recover the cluster, or without a repair. */
export function expectedEnd({ expects, findings }: Pick<RunRecord, 'expects' | 'findings'>): ExpectedEnd | undefined {
  const judged = (id: string): Finding | undefined => findings.find((finding) => finding.id === id)
  const end = (kind: ExpectedEnd['kind'], expected: string, finding: Finding | undefined): ExpectedEnd => ({
    kind,
    expected,
    verdict: finding?.verdict ?? 'unknown',
    summary: finding?.summary ?? '',
  })
  if (typeof expects !== 'string')
    return end('refused', `a refusal (${expects.refused})`, judged('refused-changes-nothing'))
  const unchanged = judged('nothing-changed')
  return unchanged && end('nothing-to-do', 'a repair that finds nothing to do', unchanged)
}
