import { join } from 'node:path'
import { claimOf, judge } from '../checks/judge.ts'
import { exitCodes } from '../model/errors.ts'
import type { Check } from '../model/check.ts'
import type { RunView } from '../model/run-view.ts'
import type { Scenario } from '../model/scenario.ts'
import { calibrationRoundSchema } from '../model/calibration.ts'
import { calibrationEvidence, calibrationRounds } from '../model/calibration-plan.ts'
import { evidenceOf } from '../observe/evidence-of.ts'
import { calibrationOf } from '../probe/analysis/calibration.ts'
import { detectionFloorMs } from '../probe/analysis/detection-floor.ts'
import { summaryOf } from '../probe/analysis/summary.ts'
import { deriveRecord } from '../store/derive-record.ts'
import type { JournalEvent } from '../model/journal.ts'
import { loadRun } from '../store/load-run.ts'
import { writeRunRecord } from '../store/run-directory.ts'
import { worstOf, type Finding, type RunRecord } from '../model/run-record.ts'

/**
 * Judges what a run directory holds, needing nothing but its files, and writes the verdict into its run.json.
 * `record` is the one to complete; a stored run gives its own.
 */
export async function judgeRun(runDir: string, record: RunRecord, scenario: Scenario): Promise<RunRecord> {
  const judged = judgedView(await loadRun(runDir), record, scenario)
  await writeRunRecord(runDir, judged)
  return judged
}

/** The same for a run that is loaded; writes nothing. */
export function judgedView(view: RunView, record: RunRecord, scenario: Scenario): RunRecord {
  const collected: RunRecord = {
    ...record,
    ...deriveRecord(view.events),
    ...measuredIn(record, view),
  }
  const checks = scenario.checks.filter((check) => isOfRun(check, view.events))
  const isUnhealthy = view.events.some(({ type }) => type === 'baseline.unhealthy')
  const findings = judge({ ...view, record: collected }, checks).map((one) => (isUnhealthy ? withoutBlame(one) : one))
  const verdict = worstOf(findings.map((finding) => finding.verdict))
  return {
    ...collected,
    stage: 'judged',
    findings: [...findings],
    verdict,
    claim: claimOf(collected, findings),
    exitCode: record.error === null ? exitCodes[verdict] : record.exitCode,
  }
}

/** What fails on a cluster that was not healthy before the loss says nothing of the loss or its repair. */
function withoutBlame(finding: Finding): Finding {
  if (finding.verdict !== 'fail') return finding
  return { ...finding, verdict: 'unknown', summary: `the cluster was not healthy before the fault: ${finding.summary}` }
}

/**
 * Whether a run knew a check: one that is newer than the run collected nothing in it, and would leave it unknown for ever. Each check of a
 * run leaves an event for each of its collectors, also where that failed.
 */
export function isOfRun({ id, collect = {} }: Pick<Check, 'id' | 'collect'>, events: readonly JournalEvent[]): boolean {
  const collected = events.filter(({ type }) => type === 'evidence.collected' || type === 'evidence.missing')
  const wasDue = Object.keys(collect).some((when) => collected.some((event) => event['when'] === when))
  return !wasDue || collected.some((event) => event['check'] === id)
}

/** What the samples say; of a run that calibrated its prober, with what that would have seen. */
function measuredIn(record: RunRecord, view: RunView): Pick<RunRecord, 'probes' | 'calibration'> {
  if (record.calibration === undefined) return { probes: view.series.map((series) => summaryOf(series)) }
  const rounds = calibrationRounds.flatMap((id) => {
    const round = evidenceOf(view, calibrationEvidence(id), calibrationRoundSchema)
    return round.ok ? [round.value] : []
  })
  const calibration = calibrationOf(rounds, [...view.series, ...view.calibrationSeries], calibrationRounds)
  const probes = view.series.map((series) => ({
    ...summaryOf(series),
    detectionFloorMs: detectionFloorMs(series, calibration.calibratedMs),
  }))
  return { calibration, probes }
}

/** What the given checks say of a run that is still going on, by what is on disk and on the journal now. */
export async function findingsNow(
  runDir: string,
  checks: readonly Check[],
  events: readonly JournalEvent[],
): Promise<readonly Finding[]> {
  const view = await loadRun(runDir)
  return judge({ ...view, events, record: { ...view.record, ...deriveRecord(events) } }, checks)
}

/** Where the reports of a run stand. */
export const reportPath = (runDir: string) => join(runDir, 'report', 'index.html')
