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
import { isWorkloadPath, nullPathId, type ProbePath, type Vantage } from '../model/probe-path.ts'
import type { ProberAt } from '../model/prober-record.ts'
import { deployOwnWorkload } from '../workload/deploy-own-workload.ts'
import { locateWorkload, seedWorkload } from '../workload/seed.ts'
import { apiPaths } from './api-paths.ts'
import type { DrillPlan, RunningProbes, Undo } from './environment-port.ts'
import { proberPlaces } from './prober-places.ts'

export interface StartProbesOptions {
  readonly plan: DrillPlan
  readonly context: DrillContext
  readonly originNs: bigint
  /** The workload image; the prober runs from it too. */
  readonly image: string
  readonly registerUndo: (undo: Undo) => void
}

/** Of the calibration, and of the second prober. Answers later than the deadline are failures: reference figures of a busy 2-core host. */
const intervalMs = 20
export const deadlineMs = 250
/** Of every path that names no other: twelve of them have 353 samples a second, and each a detection floor of 50 ms at most. */
export const pathIntervalMs = 34
/** So much of the time may stay unmeasured, because the host was busy, without a longer drill. */
const unmeasuredShare = 0.05
/** A prober that is never stopped ends by itself. */
const longestRunMs = 60 * 60_000

/** The first worker's is calibrated, and has the sibling. */
const proberNames: Readonly<Record<Vantage, string>> = {
  worker: 'prober',
  pod: 'prober-pod',
  outside: 'prober-outside',
}

/** Deploys the workload and starts a prober at each vantage, and where it is asked for a second one beside the first worker's. */
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
  const pods = await seedWorkload({ cluster, api: await context.api(), image, signal })
  journal.append({ type: 'workload.ready', pods })
  const own = context.ownWorkload ? await deployOwnWorkload(context.ownWorkload, context, image) : []
  const workload = await locateWorkload({ cluster, api: await context.api(), signal })
  const paths = [...workload.paths, ...own, ...(await apiPaths(cluster, signal))].map((path) => ({
    intervalMs: pathIntervalMs,
    ...path,
  }))
  const places = await proberPlaces(worker, workload.insideOf, signal)
  registerUndo(() => removeAuxiliaryContainers(cluster.name))
  const startedMs = journal.nowMs()
  const common = {
    ...{ machine: worker.name, intervalMs, deadlineMs, originNs, signal },
    maxDurationMs: longestRunMs,
    labels: { [auxiliaryLabel]: cluster.name },
  }
  const calibration = Object.fromEntries(calibrationRounds.map((id) => [id, roundOfDrill(intervalMs, deadlineMs)]))
  const start = async (vantage: Vantage): Promise<Prober> => {
    const prober = await startProber({
      ...{ ...common, image, place: places[vantage], name: proberNames[vantage] },
      paths: pathsAt(vantage, paths),
      outDir: join(plan.runDir, 'samples'),
      ...(vantage === 'worker' ? { calibration } : {}),
    })
    return { ...prober, vantage }
  }
  const probers = await Promise.all([start('worker'), start('pod'), start('outside')] as const)
  const [first] = probers
  for (const { vantage, container, scheduling } of probers) {
    const ids = pathsAt(vantage, paths).map(({ id }) => id)
    journal.append({
      ...{ type: 'prober.started', container, vantage, scheduling },
      paths: [...ids, nullPathId(vantage)],
    })
  }
  const second =
    plan.secondProberImage === undefined
      ? undefined
      : await startSecondProber({
          ...{ ...common, image: plan.secondProberImage, paths: pathsAt('worker', paths) },
          outDir: join(plan.runDir, 'samples', secondSamplesDirectory),
        })
  if (second) journal.append({ type: 'second-prober.started', container: second.containerId, paths: second.paths })
  const stopAll = async () => {
    await Promise.all([...probers.map((prober) => stopProber(prober, startedMs, journal)), second?.stop()])
  }
  let stopped: Promise<void> | undefined
  return {
    stop: () => (stopped ??= stopAll()),
    calibrate: (round) => calibrate(first, round, context),
    processIds: [...probers, second].flatMap((one) => one?.processId ?? []),
    enoughAtMs: journal.nowMs() + probingMs(plan.scenario.budgets.detectableOneIn, paths.filter(isWorkloadPath)),
  }
}

/** Pure: what the prober there samples. */
export const pathsAt = (vantage: Vantage, paths: readonly ProbePath[]): readonly ProbePath[] =>
  paths.filter(({ from = 'worker' }) => from === vantage)

interface Prober extends StartedProber {
  readonly vantage: Vantage
}

/** Stops it, and puts on the journal what it took. */
async function stopProber(prober: Prober, startedMs: number, journal: DrillContext['journal']): Promise<void> {
  await prober.stop()
  const last = await prober.heartbeat().catch(() => undefined)
  if (last) journal.append({ type: 'prober.stopped', prober: proberFigures(prober.vantage, last, startedMs) })
}

/** Pure: what run.json says of a prober by its last line. */
export function proberFigures(
  vantage: Vantage,
  { atMs, cpuMs, stalls, stalledMs, scheduling, worstLagMs, paths }: Heartbeat,
  startedMs: number,
): ProberAt {
  const tookMs = Math.max(1, atMs - startedMs)
  const sent = Object.values(paths).reduce((sum, path) => sum + path.sent, 0)
  const samplesPerSecond = (1000 * sent) / tookMs
  return { vantage, scheduling, atMs, cpuMs, cpuShare: cpuMs / tookMs, stalls, stalledMs, worstLagMs, samplesPerSecond }
}

/** Has the prober calibrated, and keeps what its target noted; without that the run is unknown. */
export async function calibrate(
  prober: Pick<StartedProber, 'calibrate'>,
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
