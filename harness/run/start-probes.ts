import { join } from 'node:path'
import { auxiliaryLabel, removeAuxiliaryContainers } from '../cluster/auxiliary-containers.ts'
import {
  calibrationEvidence,
  type CalibrationRoundId,
  calibrationRounds,
  roundOfDrill,
} from '../model/calibration-plan.ts'
import { ClusterError, errorChain } from '../model/errors.ts'
import type { DrillContext } from '../model/context.ts'
import { requiredOneIn, samplesNeeded } from '../probe/analysis/detectable-rate.ts'
import type { Heartbeat } from '../probe/prober/heartbeat.ts'
import { startProber, type StartedProber } from '../probe/prober/prober.ts'
import { secondSamplesDirectory } from '../probe/second-prober/second-samples.ts'
import { startSecondProber } from '../probe/second-prober/second-prober.ts'
import type { ProbePath } from '../model/probe-path.ts'
import type { RunRecord } from '../model/run-record.ts'
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

/** 50 Hz a path that names no other interval, and answers later than this are failures: reference figures of a busy 2-core host. */
const intervalMs = 20
const deadlineMs = 250
/** So much of the time may stay unmeasured, because the host was busy, without a longer drill. */
const unmeasuredShare = 0.05
/** A prober that is never stopped ends by itself. */
const longestRunMs = 60 * 60_000

/** Deploys the workload and starts the prober beside the first worker, in its network namespace, and where it is asked for a second one. */
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
  const own = context.ownWorkload ? await deployOwnWorkload(context.ownWorkload, context, image) : []
  const paths = [...workload.paths, ...own]
  registerUndo(() => removeAuxiliaryContainers(cluster.name))
  const startedMs = journal.nowMs()
  const beside = {
    networkOf: worker.name,
    paths,
    intervalMs,
    deadlineMs,
    originNs,
    maxDurationMs: longestRunMs,
    labels: { [auxiliaryLabel]: cluster.name },
  }
  const prober = await startProber({
    ...beside,
    image,
    calibration: Object.fromEntries(calibrationRounds.map((id) => [id, roundOfDrill(intervalMs, deadlineMs)])),
    outDir: join(plan.runDir, 'samples'),
  })
  journal.append({
    type: 'prober.started',
    container: prober.containerId,
    paths: paths.map(({ id }) => id),
    scheduling: prober.scheduling,
  })
  const second =
    plan.secondProberImage === undefined
      ? undefined
      : await startSecondProber({
          ...beside,
          image: plan.secondProberImage,
          outDir: join(plan.runDir, 'samples', secondSamplesDirectory),
          signal,
        })
  if (second) journal.append({ type: 'second-prober.started', container: second.containerId, paths: second.paths })
  const stopAll = async () => {
    await Promise.all([stopProber(prober, startedMs, journal), second?.stop()])
  }
  let stopped: Promise<void> | undefined
  return {
    stop: () => (stopped ??= stopAll()),
    calibrate: (round) => calibrate(prober, round, context),
    processIds: [prober, second].flatMap((one) => one?.processId ?? []),
    enoughAtMs: journal.nowMs() + probingMs(plan.scenario.budgets.detectableOneIn, workload.paths),
  }
}

type Prober = Pick<StartedProber, 'stop' | 'heartbeat' | 'calibrate'>

/** Stops it, and puts on the journal what it took. */
async function stopProber(prober: Prober, startedMs: number, journal: DrillContext['journal']): Promise<void> {
  await prober.stop()
  const last = await prober.heartbeat().catch(() => undefined)
  if (last) journal.append({ type: 'prober.stopped', prober: proberFigures(last, startedMs) })
}

/** Pure: what run.json says of a prober by its last line. */
export function proberFigures(
  { atMs, cpuMs, stalls, stalledMs }: Heartbeat,
  startedMs: number,
): NonNullable<RunRecord['prober']> {
  return { atMs, cpuMs, cpuShare: cpuMs / Math.max(1, atMs - startedMs), stalls, stalledMs }
}

/** Has the prober calibrated, and keeps what its target noted; without that the run is unknown. */
export async function calibrate(
  prober: Pick<Prober, 'calibrate'>,
  round: CalibrationRoundId,
  { journal, evidence, signal }: Pick<DrillContext, 'journal' | 'evidence' | 'signal'>,
): Promise<void> {
  const about = { check: 'instrument-calibrated', when: round }
  try {
    await evidence.write(calibrationEvidence(round), await prober.calibrate(round))
    journal.append({ type: 'evidence.collected', ...about })
  } catch (error) {
    signal.throwIfAborted()
    journal.append({ type: 'evidence.missing', ...about, chain: errorChain(error) })
  }
}

/** A repair of a few seconds would end the drill before enough was measured on every path. */
export const probingMs = (oneIn: number, paths: readonly Pick<ProbePath, 'intervalMs'>[]): number => {
  const neededMs = paths.map(
    ({ intervalMs: everyMs = intervalMs }) => samplesNeeded(requiredOneIn(oneIn, everyMs)) * everyMs,
  )
  return Math.max(...neededMs) / (1 - unmeasuredShare)
}
