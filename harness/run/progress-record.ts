import { deriveRecord, versionsSeen } from '../store/derive-record.ts'
import { writeRunRecord } from '../store/run-directory.ts'
import { cpuBudget, expectedOf, milestoneBudgets, replacedOnlyOn } from '../model/scenario.ts'
import type { RecoveryOptions } from '../../lib/engine/options.ts'
import { recordVersion, type RunRecord } from '../model/run-record.ts'
import type { Journal } from '../model/journal.ts'
import type { RunMode } from './checks-for.ts'
import { whereOf } from '../recovery/crash-point.ts'
import type { DrillPlan } from './environment-port.ts'

/** The record of a run that has not begun. */
export function plannedRecord(
  plan: DrillPlan,
  environment: Pick<RunRecord, 'versions' | 'images' | 'host' | 'git'>,
): RunRecord {
  const { id, title, hypothesis } = plan.scenario
  const { losses, budgets, expects } = plan.scenario
  const { replaces, stillAccepted, mayRestart } = expectedOf(plan.scenario, plan.recovery?.options)
  return {
    schemaVersion: recordVersion,
    id: plan.id,
    stage: 'planned',
    scenario: { id, title, hypothesis },
    losses: losses.map((loss) => ({ id: loss.id, title: loss.title })),
    replaces: [...replaces],
    replacesOn: replacedOnlyOn(plan.scenario),
    stillAccepted: [...stillAccepted],
    mayRestart: [...mayRestart],
    expects,
    argv: [...plan.argv],
    startedAt: plan.startedAt.toISOString(),
    finishedAt: null,
    durationMs: null,
    ...(plan.secondProberImage === undefined ? {} : { secondProber: true }),
    ...(plan.ownWorkload ? { workload: plan.ownWorkload.directory } : {}),
    topology: { ...plan.topology },
    recovery: plan.recovery
      ? { id: plan.recovery.id, options: recordedOptions(plan.recovery.options), ...runModeOf(plan) }
      : null,
    ...environment,
    cluster: null,
    budgets: {
      ...budgets,
      milestones: milestoneBudgets(budgets, plan.topology),
      cpuSeconds: cpuBudget(budgets, plan.topology),
    },
    ...deriveRecord([]),
    calibration: { intervalMs: 0, calibratedMs: null, pulses: [] },
    probes: [],
    verdict: null,
    claim: null,
    findings: [],
    exitCode: null,
    error: null,
    teardownErrors: [],
  }
}

const recordedOptions = ({ replace, timeoutFactor, ...options }: RecoveryOptions) => ({
  ...options,
  replace: replace.join(',') || 'nothing',
  // What is as ever changes nothing in a run.
  ...(timeoutFactor === 1 ? {} : { timeoutFactor: String(timeoutFactor) }),
})

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
