import { fileURLToPath } from 'node:url'
import { scenarios } from '../../../../scenarios/index.ts'
import { certificateAuthoritiesKept } from '../../../checks/certificate-authorities-kept/check.ts'
import { instrumentCalibrated } from '../../../checks/instrument-calibrated/check.ts'
import { commitsKept } from '../../../checks/commits-kept/check.ts'
import { judge } from '../../../checks/judge.ts'
import { neighboursAsBefore } from '../../../checks/neighbours-as-before/check.ts'
import { probersAgree } from '../../../checks/probers-agree/check.ts'
import { planChangesNothing } from '../../../checks/plan-changes-nothing/check.ts'
import { findScenario } from '../../../cli/find-scenario.ts'
import type { Check } from '../../../model/check.ts'
import type { Finding } from '../../../model/run-record.ts'
import type { RunView } from '../../../model/run-view.ts'
import { modeOf, scenarioFor } from '../../../run/checks-for.ts'
import { judgedView } from '../../../run/judge-run.ts'
import { loadRun } from '../../../store/load-run.ts'
import { goodRun, refusedRun, untouchedRun } from '../../../testing/run-fixture.ts'
import type { BaseId } from '../mutant/mutant.ts'
import {
  calibratedRun,
  killedRun,
  neighboursRun,
  nothingLostRun,
  plannedRun,
  twoControlPlanesRun,
  twoProbersRun,
} from './made-up-runs.ts'

/** A run in which everything went well, and how it is judged. */
export interface BaseRun {
  readonly run: RunView
  /** Without a mutant. */
  readonly findings: readonly Finding[]
  readonly judged: (run: RunView) => readonly Finding[]
}

/** A real run of lost-pki on one control plane and one worker, as harness/testing/trim-run.ts left it. */
const fixture = fileURLToPath(new URL('../../../testing/testdata/lost-pki', import.meta.url))

/** Each check of the scenarios once, and those that the way of running adds. */
const checks: readonly Check[] = [
  ...new Map(
    [
      ...scenarios.flatMap((scenario) => scenario.checks),
      instrumentCalibrated,
      probersAgree,
      certificateAuthoritiesKept,
      commitsKept,
      neighboursAsBefore([]),
      planChangesNothing,
    ].map((check) => [check.id, check]),
  ).values(),
]

const madeUp: Readonly<Record<Exclude<BaseId, 'recorded'>, RunView>> = {
  good: goodRun,
  'nothing-lost': nothingLostRun,
  'two-control-planes': twoControlPlanesRun,
  killed: killedRun,
  planned: plannedRun,
  neighbours: neighboursRun,
  'nothing-to-do': untouchedRun,
  refused: refusedRun,
  calibrated: calibratedRun,
  'two-probers': twoProbersRun,
}

/**
 * The base runs. The recorded one goes the whole way of `drill judge`, from journal and samples on; a made-up one has no whole journal,
 * and is judged as it is.
 * @param directory of a run of yours instead of the fixture
 */
export async function baseRuns(directory = fixture): Promise<ReadonlyMap<BaseId, BaseRun>> {
  const recorded = await loadRun(directory)
  const scenario = scenarioFor(findScenario(recorded.record.scenario.id), modeOf(recorded.record))
  const judgedWhole = (run: RunView) => judgedView(run, run.record, scenario).findings
  const base = (run: RunView, judged: BaseRun['judged']): BaseRun => ({ run, findings: judged(run), judged })
  return new Map<BaseId, BaseRun>([
    ['recorded', base(recorded, judgedWhole)],
    ...Object.entries(madeUp).map(([id, run]) => [id as BaseId, base(run, (spoilt) => judge(spoilt, checks))] as const),
  ])
}
