import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { newClusterName } from '../cluster/registry.ts'
import { defaultDurations } from '../run/durations.ts'
import type { DrillPlan, DrillEnvironment, RunningProbes } from '../run/environment-port.ts'
import { teardownOf } from '../run/teardown.ts'
import { ClusterError } from '../model/errors.ts'
import type { DrillContext } from '../model/context.ts'
import type { Journal, JournalEvent } from '../model/journal.ts'
import type { Scenario } from '../model/scenario.ts'
import type { Topology } from '../model/cluster.ts'
import { openJournal } from '../store/journal.ts'

/** kind's own creation of the topology. */
export interface Creation {
  readonly round: number
  /** Until `kind create cluster` returned. */
  readonly kindMs: number
  /** Until every Node and every pod of kube-system was ready. */
  readonly readyMs: number
}

/** What every round of an experiment has in common. */
export interface Experiment {
  readonly ports: DrillEnvironment
  readonly scenario: Scenario
  readonly topology: Topology
  readonly runDir: string
  readonly onEvent: (event: JournalEvent) => void
  readonly signal: AbortSignal
}

export interface ExperimentCluster {
  readonly plan: DrillPlan
  readonly context: DrillContext
  readonly journal: Journal
  readonly probes: RunningProbes
}

/**
 * Creates a cluster, timed, seeds and probes it, lets `use` have it, and deletes it whatever happens. What could not be undone
 * rejects with ClusterError, unless `use` failed already.
 */
export async function withCluster(
  bench: Experiment,
  round: number,
  name: string,
  use: (cluster: ExperimentCluster, creation: Creation) => Promise<void>,
): Promise<void> {
  const { ports, onEvent, signal } = bench
  const plan = await planOf(bench, name)
  using journal = openJournal(join(plan.runDir, 'journal.jsonl'), onEvent)
  const teardown = teardownOf(journal)
  let problems: readonly string[]
  try {
    journal.append({ type: 'phase.started', phase: 'provision', title: `Create a cluster (${name})` })
    teardown.register('delete the cluster', () => ports.deleteCluster(plan))
    const startedMs = journal.nowMs()
    const cluster = await ports.createCluster(plan, journal, signal)
    const readyMs = journal.nowMs() - startedMs
    const kindMs = (journal.events.find(({ type }) => type === 'kind.finished')?.atMs ?? Number.NaN) - startedMs
    const context = ports.context(plan, cluster, journal, signal)
    const probes = await ports.startProbes(plan, context, (undo) => teardown.register('stop the probers', undo))
    await use({ plan, context, journal, probes }, { round, kindMs, readyMs })
  } finally {
    journal.append({ type: 'phase.started', phase: 'teardown', title: 'Delete the cluster' })
    problems = await teardown.run()
  }
  if (problems.length > 0) throw new ClusterError(`left behind: ${problems.join('; ')}`, 'drill gc')
}

async function planOf({ scenario, topology, runDir }: Experiment, name: string): Promise<DrillPlan> {
  const directory = join(runDir, name)
  for (const part of ['inputs', 'samples', 'commands']) await mkdir(join(directory, part), { recursive: true })
  return {
    id: name,
    clusterName: newClusterName(),
    scenario,
    topology,
    argv: process.argv.slice(2),
    keep: 'never',
    runDir: directory,
    startedAt: new Date(),
    durations: defaultDurations,
  }
}
