import { join } from 'node:path'
import { auxiliaryLabel, removeAuxiliaryContainers } from '../cluster/auxiliary-containers.ts'
import { ClusterError } from '../model/errors.ts'
import type { DrillContext } from '../model/context.ts'
import { samplesNeeded } from '../probe/analysis/detectable-rate.ts'
import { startProber } from '../probe/prober/prober.ts'
import { deployOwnWorkload } from '../workload/deploy-own-workload.ts'
import { seedWorkload } from '../workload/seed.ts'
import type { DrillPlan, RunningProbes, Undo } from './environment-port.ts'

export interface StartProbesOptions {
  readonly plan: DrillPlan
  readonly context: DrillContext
  readonly originNs: bigint
  /** The workload image; the prober runs from it too. */
  readonly image: string
  readonly registerUndo: (undo: Undo) => void
}

/** 50 Hz a path, and answers later than this are failures: reference figures of a busy 2-core host. */
const intervalMs = 20
const deadlineMs = 250
/** So much of the time may stay unmeasured, because the host was busy, without a longer drill. */
const unmeasuredShare = 0.05
/** A prober that is never stopped ends by itself. */
const longestRunMs = 60 * 60_000

/** Deploys the workload and starts the prober beside the first worker, in its network namespace. */
export async function startProbes({
  plan,
  context,
  originNs,
  image,
  registerUndo,
}: StartProbesOptions): Promise<RunningProbes> {
  const { cluster, journal, signal } = context
  const [worker] = cluster.workers
  if (!worker) throw new ClusterError('the cluster has no worker to run the workload on')
  const workload = await seedWorkload({ cluster, api: await context.api(), image, signal })
  journal.append({ type: 'workload.ready', pods: workload.pods })
  if (context.ownWorkload) await deployOwnWorkload(context.ownWorkload, context, image)
  registerUndo(() => removeAuxiliaryContainers(cluster.name))
  const prober = await startProber({
    image,
    networkOf: worker.name,
    paths: workload.paths,
    intervalMs,
    deadlineMs,
    originNs,
    maxDurationMs: longestRunMs,
    outDir: join(plan.runDir, 'samples'),
    labels: { [auxiliaryLabel]: cluster.name },
  })
  journal.append({
    type: 'prober.started',
    container: prober.containerId,
    paths: workload.paths.map(({ id }) => id),
    scheduling: prober.scheduling,
  })
  return {
    stop: () => prober.stop(),
    processIds: prober.processId === undefined ? [] : [prober.processId],
    enoughAtMs: journal.nowMs() + probingMs(plan.scenario.budgets.detectableOneIn),
  }
}

/** A repair of a few seconds would end the drill before enough was measured. */
export const probingMs = (oneIn: number): number => (samplesNeeded(oneIn) * intervalMs) / (1 - unmeasuredShare)
