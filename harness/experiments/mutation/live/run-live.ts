import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defaultOptions } from '../../../../lib/index.ts'
import { findScenario } from '../../../cli/find-scenario.ts'
import { writeReports } from '../../../cli/write-reports.ts'
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
 * Drills with one mutant, and says whether its check has seen it. Rejects with PreflightError before anything is created, or with the
 * signal's reason.
 */
export async function runLive(mutant: LiveMutant, live: LiveRun): Promise<MutantResult> {
  const { out, onEvent, signal } = live
  const ports = portsOf(mutant, live)
  await ports.preflight({ topology: mutant.topology })
  const plan = await planOf(mutant, out)
  using journal = openJournal(join(plan.runDir, 'journal.jsonl'), onEvent)
  journal.append({ type: 'mutant.planned', mutant: mutant.id, title: mutant.title, check: mutant.check })
  const { findings, error } = await runDrill(plan, ports, journal, signal)
  signal.throwIfAborted()
  await writeReports(plan.runDir)
  const wasApplied = journal.events.some((event) => event.type === appliedType && event['mutant'] === mutant.id)
  const green = findings.map((finding) => ({ ...finding, verdict: 'pass' as const }))
  const result = verdictOn(mutant, green, findings)
  if (error !== null) return { ...result, outcome: 'not-applied', words: `the drill ended early: ${error.message}` }
  return wasApplied
    ? result
    : { ...result, outcome: 'not-applied', words: 'the journal does not say that it was applied' }
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
    clusterName: `drill-${randomBytes(4).toString('hex')}`,
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

/** drill's own ports, with another repair, or with a sabotage once the cluster is recovered. */
function portsOf({ id, how }: LiveMutant, { images, parallel }: LiveRun): DrillEnvironment {
  const repairProgram = fileURLToPath(new URL('./spoilt-repair-main.ts', import.meta.url))
  process.env[mutantVariable] = id
  const isRepair = !('sabotage' in how || 'lossesOff' in how)
  const ports = kindEnvironment({ images, parallel, ...(isRepair ? { repairProgram } : {}) })
  if (!('sabotage' in how)) return ports
  let probes: Pick<RunningProbes, 'processIds'> = { processIds: [] }
  return {
    ...ports,
    startProbes: async (plan, context, registerUndo) => {
      const running = await ports.startProbes(plan, context, registerUndo)
      probes = running
      await how.before?.(context)
      return running
    },
    recovered: async (context, sinceMs, timeoutMs) => {
      await ports.recovered(context, sinceMs, timeoutMs)
      await how.sabotage(context, probes)
      context.journal.append(appliedEvent(id, 'sabotage'))
    },
  }
}
