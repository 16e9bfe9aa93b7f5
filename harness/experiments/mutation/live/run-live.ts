import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { newClusterName } from '../../../cluster/registry.ts'
import { defaultOptions } from '../../../../lib/index.ts'
import { findScenario } from '../../../cli/find-scenario.ts'
import { writeReports } from '../../../cli/write-reports.ts'
import { UsageError } from '../../../model/errors.ts'
import type { JournalEvent } from '../../../model/journal.ts'
import type { Scenario } from '../../../model/scenario.ts'
import { defaultDurations } from '../../../run/durations.ts'
import type { DrillEnvironment, DrillPlan, RunningProbes } from '../../../run/environment-port.ts'
import { kindEnvironment, type KindEnvironmentOptions } from '../../../run/kind-environment.ts'
import { runDrill } from '../../../run/run-drill.ts'
import { openJournal } from '../../../store/journal.ts'
import { createRunDirectory, runIdOf } from '../../../store/run-directory.ts'
import { verdictOn, type MutantResult } from '../mutant/verdict-on.ts'
import { appliedEvent, appliedType, mutantVariable, type LiveMutant } from './live-mutant.ts'

export interface LiveRun extends Pick<KindEnvironmentOptions, 'images' | 'parallel'> {
  /** Below which the run directory goes. */
  readonly out: string
  readonly onEvent: (event: JournalEvent) => void
  readonly signal: AbortSignal
}

/**
 * Drills with the mutants, one as a rule, and says whether their checks have seen them. Rejects with UsageError for mutants that do not
 * fit together, with PreflightError before anything is created, or with the signal's reason.
 */
export async function runLive(mutants: readonly LiveMutant[], live: LiveRun): Promise<readonly MutantResult[]> {
  const { out, onEvent, signal } = live
  const first = fittingTogether(mutants)
  const ports = portsOf(mutants, live)
  await ports.preflight({ topology: first.topology })
  const plan = await planOf(first, out)
  using journal = openJournal(join(plan.runDir, 'journal.jsonl'), onEvent)
  for (const { id, title, check } of mutants) journal.append({ type: 'mutant.planned', mutant: id, title, check })
  const { findings, error } = await runDrill(plan, ports, journal, signal)
  signal.throwIfAborted()
  await writeReports(plan.runDir)
  const green = findings.map((finding) => ({ ...finding, verdict: 'pass' as const }))
  return mutants.map((mutant): MutantResult => {
    const wasApplied = journal.events.some((event) => event.type === appliedType && event['mutant'] === mutant.id)
    const ofOthers = mutants.flatMap(({ id, check }) => (id === mutant.id ? [] : [check]))
    const seen = verdictOn(mutant, green, findings)
    const result = { ...seen, others: seen.others.filter((check) => !ofOthers.includes(check)) }
    if (error !== null) return { ...result, outcome: 'not-applied', words: `the drill ended early: ${error.message}` }
    return wasApplied
      ? result
      : { ...result, outcome: 'not-applied', words: 'the journal does not say that it was applied' }
  })
}

/** The first, where all are of one drill and each is another check's to see. Throws UsageError otherwise. */
export function fittingTogether(mutants: readonly LiveMutant[]): LiveMutant {
  const [first, ...others] = mutants
  if (!first) throw new UsageError('no mutant is chosen', '--list shows them')
  const checks = new Set(mutants.map(({ check }) => check))
  const alike = others.every(
    (one) => one.scenario === first.scenario && isDeepStrictEqual(one.topology, first.topology),
  )
  if (!alike || checks.size < mutants.length || (others.length > 0 && mutants.some(({ how }) => 'lossesOff' in how)))
    throw new UsageError(
      'these mutants do not fit into one drill: it is of one scenario and topology, and each check has one to see',
      'leave out --together',
    )
  return first
}

async function planOf(
  { id: mutant, scenario: scenarioId, topology, how }: LiveMutant,
  out: string,
): Promise<DrillPlan> {
  const startedAt = new Date()
  const scenario = findScenario(scenarioId)
  const id = runIdOf(startedAt, `${scenarioId}-${mutant}`, topology.controlPlanes)
  return {
    ...{ id, topology, startedAt, keep: 'never', durations: defaultDurations, argv: process.argv.slice(2) },
    clusterName: newClusterName(),
    scenario: 'lossesOff' in how ? withoutLosses(scenario, mutant) : scenario,
    recovery: { id: 'library', options: defaultOptions },
    runDir: await createRunDirectory(out, id),
  }
}

const withoutLosses = (scenario: Scenario, mutant: string): Scenario => ({
  ...scenario,
  losses: scenario.losses.map((loss) => ({
    ...loss,
    inject: async ({ journal }) => void journal.append(appliedEvent(mutant, `loss ${loss.id}`)),
  })),
})

/** drill's own ports, with another repair, and with sabotages once the cluster is recovered. */
function portsOf(mutants: readonly LiveMutant[], { images, parallel }: LiveRun): DrillEnvironment {
  const repairProgram = fileURLToPath(new URL('./spoilt-repair-main.ts', import.meta.url))
  const ofRepair = mutants.filter(({ how }) => !('sabotage' in how || 'lossesOff' in how))
  process.env[mutantVariable] = ofRepair.map(({ id }) => id).join(',')
  const ports = kindEnvironment({ images, parallel, ...(ofRepair.length > 0 ? { repairProgram } : {}) })
  const sabotages = mutants.flatMap(({ id, how }) => ('sabotage' in how ? [{ id, ...how }] : []))
  let probes: Pick<RunningProbes, 'processIds'> = { processIds: [] }
  return {
    ...ports,
    startProbes: async (plan, context, registerUndo) => {
      const running = await ports.startProbes(plan, context, registerUndo)
      probes = running
      for (const { before } of sabotages) await before?.(context)
      return running
    },
    recovered: async (context, sinceMs, timeoutMs) => {
      await ports.recovered(context, sinceMs, timeoutMs)
      for (const { id, sabotage } of sabotages) {
        await sabotage(context, probes)
        context.journal.append(appliedEvent(id, 'sabotage'))
      }
    },
  }
}
