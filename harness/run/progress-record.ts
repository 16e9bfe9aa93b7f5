import { deriveRecord, versionsSeen } from '../store/derive-record.ts'
import { writeRunRecord } from '../store/run-directory.ts'
import { recordVersion, type RunRecord } from '../model/run-record.ts'
import type { Journal } from '../model/model.ts'
import type { RunMode } from '../checks/checks-for.ts'
import { whereOf } from '../recovery/crash-point-options.ts'
import type { DrillPlan } from './environment-port.ts'

/** The record of a run that has not begun. */
export function plannedRecord(
  plan: DrillPlan,
  environment: Pick<RunRecord, 'versions' | 'images' | 'host' | 'git'>,
): RunRecord {
  const { id, title, hypothesis } = plan.scenario
  const { furtherControlPlaneMs, ...budgets } = plan.scenario.budgets
  const recoveredMs = budgets.recoveredMs + (plan.topology.controlPlanes - 1) * furtherControlPlaneMs
  return {
    schemaVersion: recordVersion,
    id: plan.id,
    stage: 'planned',
    scenario: { id, title, hypothesis },
    argv: [...plan.argv],
    startedAt: plan.startedAt.toISOString(),
    finishedAt: null,
    durationMs: null,
    topology: { ...plan.topology },
    recovery: plan.recovery
      ? { id: plan.recovery.id, options: { ...plan.recovery.options }, ...runModeOf(plan) }
      : null,
    ...environment,
    cluster: null,
    budgets: { ...budgets, recoveredMs },
    ...deriveRecord([]),
    probes: [],
    verdict: null,
    claim: null,
    findings: [],
    exitCode: null,
    error: null,
    teardownErrors: [],
  }
}

function runModeOf({ crashPoint, planOnly }: DrillPlan): RunMode {
  return {
    ...(crashPoint ? { crashPoint: whereOf(crashPoint) } : {}),
    ...(planOnly ? { planOnly } : {}),
  }
}

/** Writes the record with what the journal says by now. */
export async function saveProgress(
  plan: DrillPlan,
  record: RunRecord,
  journal: Journal,
  stage: RunRecord['stage'],
): Promise<RunRecord> {
  const ended =
    stage === 'judged' ? { finishedAt: new Date().toISOString(), durationMs: Math.round(journal.nowMs()) } : {}
  const versions = { ...record.versions, ...versionsSeen(journal.events) }
  const saved: RunRecord = { ...record, ...deriveRecord(journal.events), ...ended, versions, stage }
  await writeRunRecord(plan.runDir, saved)
  return saved
}
