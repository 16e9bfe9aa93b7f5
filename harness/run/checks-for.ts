import type { Check } from '../model/check.ts'
import type { Scenario } from '../model/scenario.ts'
import type { Observation } from '../model/own-workload.ts'
import type { RunRecord } from '../model/run-record.ts'
import { instrumentCalibrated } from '../checks/instrument-calibrated/check.ts'
import { certificateAuthoritiesKept } from '../checks/certificate-authorities-kept/check.ts'
import { commitsKept } from '../checks/commits-kept/check.ts'
import { neighboursAsBefore } from '../checks/neighbours-as-before/check.ts'
import { probersAgree } from '../checks/probers-agree/check.ts'
import { planChangesNothing } from '../checks/plan-changes-nothing/check.ts'

/** What decides which checks speak of a run, beside its scenario; stored in run.json. */
export interface RunMode {
  readonly crashPoint?: string | undefined
  readonly planOnly?: boolean | undefined
  /** A stored run of before probers were calibrated. */
  readonly uncalibrated?: boolean | undefined
  /** A second prober sampled some of the paths. */
  readonly secondProber?: boolean | undefined
  /** What ran beside `web`: names of built-in workloads and paths, with commas. */
  readonly workload?: string | undefined
}

/** How a stored run was run. */
export const modeOf = ({
  recovery,
  workload,
  calibration,
  secondProber,
}: Pick<RunRecord, 'recovery' | 'workload' | 'calibration' | 'secondProber'>): RunMode => ({
  ...recovery,
  uncalibrated: calibration === undefined,
  secondProber,
  workload,
})

/**
 * The scenario with the checks for the way in which it is run: its prober calibrated, unless it is only planned, and beside a second
 * one; its repair killed and run again, only planned, or neither; and with further workloads.
 * @param hold what of them must hold; a stored run is judged without
 */
export function scenarioFor(scenario: Scenario, mode: RunMode, hold?: readonly Observation[]): Scenario {
  if (mode.planOnly) {
    const kept = scenario.checks.filter(({ id }) => id === 'healthy-before' || id === 'fault-proved')
    return { ...scenario, checks: [...kept, planChangesNothing] }
  }
  const further = [
    ...(mode.crashPoint === undefined ? [] : [certificateAuthoritiesKept]),
    ...(mode.workload?.split(',').includes('database') ? [commitsKept] : []),
    // Of a stored run nobody knows here whether anything had to hold; its events say whether that was observed.
    ...(mode.workload === undefined || hold?.length === 0 ? [] : [neighboursAsBefore(hold ?? [])]),
  ]
  const instrument = [
    ...(mode.uncalibrated ? [] : [instrumentCalibrated]),
    ...(mode.secondProber ? [probersAgree] : []),
  ]
  const checks = [...instrument, ...scenario.checks]
  return { ...scenario, checks: withFurther(checks, further) }
}

/** After `recovered`, of which they say how; before the checks that make machines and pods of their own. */
function withFurther(checks: readonly Check[], further: readonly Check[]): readonly Check[] {
  const at = checks.findIndex(({ id }) => id === 'recovered') + 1
  return [...checks.slice(0, at), ...further, ...checks.slice(at)]
}
