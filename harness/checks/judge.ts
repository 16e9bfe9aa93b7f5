import type { Check } from '../model/check.ts'
import type { Finding, RunRecord } from '../model/run-record.ts'
import type { RunView } from '../model/run-view.ts'
import { conclude } from './conclude.ts'
import { seconds } from '../model/format.ts'
import { sinceRepair } from './milestone-budget.ts'
import { probesClaim } from './probe-summary-text.ts'

/** The findings of the checks, in their order. Never throws: a judge that does leaves its check unknown. */
export function judge(run: RunView, checks: readonly Check[]): readonly Finding[] {
  return checks.map((check) => {
    try {
      return check.judge(run)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      return conclude(check, { failures: [], unknowns: [`the evidence could not be judged: ${message}`], claim: '' })
    }
  })
}

/** The verdict in one plain sentence: `lost-pki: recovered in 31 s; no failed probe in 24 000 over 4 paths, longest gap 31 ms; all 9 checks pass`. */
export function claimOf(record: RunRecord, findings: readonly Finding[]): string {
  const parts = [recoveryClaim(record, findings), probesClaim(record.probes), findingsClaim(findings)]
  return `${record.scenario.id}: ${parts.join('; ')}`
}

function recoveryClaim(
  { injectedAtMs, milestones, expects, replaces, steps }: RunRecord,
  findings: readonly Finding[],
): string {
  if (injectedAtMs === null) return 'nothing destroyed'
  if (typeof expects !== 'string') {
    const refused = findings.some(({ id, verdict }) => id === 'refused-changes-nothing' && verdict === 'pass')
    return `destroyed, and the repair ${refused ? 'refused as expected' : 'had to refuse'} (${expects.refused})`
  }
  const isUntouched = !steps.some(({ id, status }) => id !== 'preflight' && status === 'done')
  if (replaces.length === 0 && isUntouched) return 'changed as an operator does, and nothing to repair'
  const tookMs = sinceRepair(milestones, 'recovered')
  return tookMs === null ? 'destroyed and not recovered' : `recovered in ${seconds(tookMs)}`
}

function findingsClaim(findings: readonly Finding[]): string {
  const named = (verdict: Finding['verdict']) =>
    findings.filter((finding) => finding.verdict === verdict).map(({ id }) => id)
  const [failed, unknown] = [named('fail'), named('unknown')]
  if (failed.length + unknown.length === 0)
    return findings.length === 0 ? 'nothing was checked' : `all ${findings.length} checks pass`
  return [
    ...(failed.length > 0 ? [`failed: ${failed.join(', ')}`] : []),
    ...(unknown.length > 0 ? [`unknown: ${unknown.join(', ')}`] : []),
  ].join('; ')
}
