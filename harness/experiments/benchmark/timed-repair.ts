import { setTimeout as sleep } from 'node:timers/promises'
import { defaultOptions } from '../../../lib/index.ts'
import type { DrillEnvironment } from '../../run/environment-port.ts'
import { injectAndRecover } from '../../run/inject-and-recover.ts'
import { type CpuReading, cpuBetween, readCpu } from '../../host/cpu-seconds.ts'
import { ClusterError } from '../../model/errors.ts'
import { type Milestone, milestoneAt } from '../../model/milestone.ts'
import type { JournalEvent } from '../../model/journal.ts'
import type { ProbeSeries } from '../../model/probe-series.ts'
import type { ExperimentCluster } from '../experiment-cluster.ts'
import type { Repair, Variant } from './benchmark-result.ts'
import { machineCommands } from './machine-commands.ts'
import { observedPods, lostPods } from '../lost-pods.ts'
import { measuredIn } from '../series-window.ts'

/** How long after a repair the probes still count against it. */
const settleMs = 15_000

/** A repair that is over; what the probes measured is known when they have stopped. */
export type TimedRepair = (series: readonly ProbeSeries[]) => Repair

/** Destroys, repairs in one way, and times it. A repair that fails is a result; a destruction that is not proved is not. */
export async function timedRepair(
  ports: DrillEnvironment,
  { plan, context, journal }: ExperimentCluster,
  round: number,
  variant: Variant,
): Promise<TimedRepair> {
  const { signal, cluster } = context
  const before = await observedPods(context)
  journal.append({ type: 'phase.started', phase: 'recover', title: `Destroy, and repair: ${variant}` })
  const started = journal.append({ type: 'round.started', round, variant })
  let cpuBefore: CpuReading | undefined
  const { proof, ended } = await injectAndRecover({
    ports,
    plan: { ...plan, recovery: { id: variant, options: defaultOptions } },
    context,
    beforeRepair: async () => {
      cpuBefore = await readCpu(cluster.machines, [], signal)
    },
  })
  if (proof.result !== 'confirmed') throw new ClusterError(`the loss is not proved: ${proof.summary}`)
  const recoveredAt = await readCpu(cluster.machines, [], signal).catch(() => undefined)
  const failure = await ended
  await sleep(settleMs, undefined, { signal })
  const untilMs = journal.nowMs()
  const podsLost = await observedPods(context).then(
    (after) => lostPods(before, after),
    () => null,
  )
  signal.throwIfAborted()
  const reached = reachedAfter(journal.events, startOf(journal.events, started.seq))
  return (series) => ({
    round,
    variant,
    milestones: reached.filter(({ id }) => id !== 'recovery-started' && id !== 'recovered'),
    recoveredMs: failure === undefined ? (milestoneAt(reached, 'recovered') ?? null) : null,
    error: failure?.join(' <- ') ?? null,
    cpuSeconds: cpuBefore && recoveredAt ? cpuBetween(cpuBefore, recoveredAt).repairMs / 1000 : null,
    commands: machineCommands(journal.events.filter(({ seq }) => seq >= started.seq)),
    ...measuredIn(series, started.atMs, untilMs),
    podsLost,
  })
}

/** The repair that began after that event; the event itself where none did. */
function startOf(events: readonly JournalEvent[], seq: number): number {
  const later = events.filter((event) => event.seq > seq && event.type === 'milestone.reached')
  return later.find((event) => event['milestone'] === 'recovery-started')?.seq ?? seq
}

/** Milestones after that event, the first time each, in milliseconds since it. */
export function reachedAfter(events: readonly JournalEvent[], seq: number): readonly Milestone[] {
  const startMs = events.find((event) => event.seq === seq)?.atMs ?? 0
  const found = new Map<string, Milestone>()
  for (const event of events.filter((one) => one.seq > seq && one.type === 'milestone.reached')) {
    const id = String(event['milestone'])
    const title = typeof event['title'] === 'string' ? event['title'] : id
    if (!found.has(id)) found.set(id, { id, title, atMs: Math.round(event.atMs - startMs) })
  }
  return [...found.values()]
}
