import type { Check } from '../model/check.ts'
import type { Scenario } from '../model/scenario.ts'
import { certificateAuthoritiesKept } from '../checks/certificate-authorities-kept/check.ts'
import { planChangesNothing } from '../checks/plan-changes-nothing/check.ts'

/** What decides which checks speak of a run, beside its scenario; stored in run.json. */
export interface RunMode {
  readonly crashPoint?: string | undefined
  readonly planOnly?: boolean | undefined
}

/** The scenario with the checks for the way in which its repair is run: killed and run again, only planned, or neither. */
export function scenarioFor(scenario: Scenario, mode: RunMode | null): Scenario {
  if (mode?.planOnly) {
    const kept = scenario.checks.filter(({ id }) => id === 'healthy-before' || id === 'fault-proved')
    return { ...scenario, checks: [...kept, planChangesNothing] }
  }
  return mode?.crashPoint === undefined ? scenario : { ...scenario, checks: withKept(scenario.checks) }
}

/** After `recovered`, of which it says how; before the checks that make machines and pods of their own. */
function withKept(checks: readonly Check[]): readonly Check[] {
  const at = checks.findIndex(({ id }) => id === 'recovered') + 1
  return [...checks.slice(0, at), certificateAuthoritiesKept, ...checks.slice(at)]
}
