import { setTimeout as sleep } from 'node:timers/promises'
import { defaultOptions } from '../../../lib/index.ts'
import type { DrillEnvironment } from '../../run/environment-port.ts'
import { injectLosses } from '../../run/inject-losses.ts'
import { repairUntilRecovered } from '../../run/repair-until-recovered.ts'
import { ClusterError, errorChain } from '../../model/errors.ts'
import type { JournalEvent } from '../../model/journal.ts'
import type { ProbeSeries } from '../../model/probe-series.ts'
import type { ExperimentCluster } from '../experiment-cluster.ts'
import { milestones, type Milestone, type Repair, type Variant } from './benchmark-result.ts'
import { observedPods, lostPods } from '../lost-pods.ts'
import { measuredIn } from '../series-window.ts'

/** How long after a repair the probes still count against it. */
const settleMs = 15_000

/** A repair that is over; what the probes felt is known when they have stopped. */
export type TimedRepair = (series: readonly ProbeSeries[]) => Repair

/** Destroys, repairs in one way, and times it. A repair that fails is a result; a destruction that is not proved is not. */
export async function timedRepair(
  ports: DrillEnvironment,
  { plan, context, journal }: ExperimentCluster,
  round: number,
  variant: Variant,
): Promise<TimedRepair> {
  const { signal } = context
  if (plan.scenario.losses.length === 0) throw new ClusterError(`${plan.scenario.id} destroys nothing`)
  const kubeadmConfig = await ports.kubeadmConfig(plan, context)
  const before = await observedPods(context)
  journal.append({ type: 'phase.started', phase: 'recover', title: `Destroy, and repair: ${variant}` })
  const injected = journal.append({ type: 'round.started', round, variant })
  const proof = await injectLosses(plan.scenario, context)
  if (proof.result !== 'confirmed') throw new ClusterError(`the destruction is not proved: ${proof.summary}`)
  let error: string | null = null
  try {
    const recovery = { id: variant, options: defaultOptions }
    await (
      await repairUntilRecovered(ports, { ...plan, recovery }, context, kubeadmConfig)
    ).ended
  } catch (cause) {
    signal.throwIfAborted()
    error = errorChain(cause).join(' <- ')
    journal.append({ type: 'recovery.failed', recovery: variant, chain: errorChain(cause) })
  }
  await sleep(settleMs, undefined, { signal })
  const untilMs = journal.nowMs()
  const podsLost = await observedPods(context).then(
    (after) => lostPods(before, after),
    () => null,
  )
  signal.throwIfAborted()
  const reached = reachedAfter(journal.events, startOf(journal.events, injected.seq))
  return (series) => ({
    round,
    variant,
    milestonesMs: Object.fromEntries(milestones.map((name) => [name, reached(name)])) as Record<
      Milestone,
      number | null
    >,
    recoveredMs: error === null ? reached('recovered') : null,
    error,
    ...measuredIn(series, injected.atMs, untilMs),
    podsLost,
  })
}

/** The repair that began after that event; the event itself where none did. */
function startOf(events: readonly JournalEvent[], seq: number): number {
  const later = events.filter((event) => event.seq > seq && event.type === 'milestone.reached')
  return later.find((event) => event['milestone'] === 'recovery-started')?.seq ?? seq
}

/** Milestones after that event, in milliseconds since it. */
export function reachedAfter(events: readonly JournalEvent[], seq: number): (milestone: string) => number | null {
  const later = events.filter((event) => event.seq > seq && event.type === 'milestone.reached')
  const startMs = events.find((event) => event.seq === seq)?.atMs ?? 0
  const found = new Map<unknown, number>()
  for (const event of later)
    if (!found.has(event['milestone'])) found.set(event['milestone'], Math.round(event.atMs - startMs))
  return (milestone) => found.get(milestone) ?? null
}
