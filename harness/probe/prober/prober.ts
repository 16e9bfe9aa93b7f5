import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { waitFor } from '../../../lib/engine/wait.ts'
import type { CalibrationRound } from '../../model/calibration.ts'
import type { PlannedPulse } from '../../model/calibration-plan.ts'
import { ClusterError } from '../../model/errors.ts'
import { hostCommand } from '../../host/process/host-command.ts'
import type { ProbePath } from '../../model/probe-path.ts'
import { calibrateProber } from './calibrate-prober.ts'
import type { Heartbeat } from './heartbeat.ts'
import type { ProbePlan } from './probe-plan.ts'
import { giveShares, lastErrorOf, mountedAt, removeContainer, startContainer } from './prober-container.ts'
import { giveRealtime, processOf } from './realtime.ts'
import { runClock } from './run-clock.ts'
import { stoppedFile } from './sample-file.ts'

const startTimeoutMs = 30_000
/** A round takes some 7 s. */
const calibrationTimeoutMs = 20_000

export interface ProberOptions {
  /** The workload image, which the engine must have. */
  readonly image: string
  /** The container in whose network namespace the prober lives: a node's. */
  readonly networkOf: string
  readonly paths: readonly ProbePath[]
  /** Where the sample files go, absolute; made if missing. One directory for each prober. */
  readonly outDir: string
  /** process.hrtime.bigint() at the run's zero. */
  readonly originNs: bigint
  /** Of the container, so that it can be found and removed when this process is gone. */
  readonly labels: Readonly<Record<string, string>>
  /** Default `prober`. */
  readonly name?: string
  /** Default 20. */
  readonly intervalMs?: number
  /** Default 250. */
  readonly deadlineMs?: number
  /** Rounds of calibration by name; default none, and no calibration target. */
  readonly calibration?: Readonly<Record<string, readonly PlannedPulse[]>>
  /** The prober ends by itself after this long, so that one that was forgotten does not probe for ever. Default one hour. */
  readonly maxDurationMs?: number
  readonly signal?: AbortSignal
}

export interface StartedProber {
  readonly containerId: string
  /** As the engine's host numbers it; undefined where it ended at once. */
  readonly processId: number | undefined
  /** The class that it got, as it reads it itself: `SCHED_RR 10`, or `SCHED_OTHER nice 0` where the host allows no better. */
  readonly scheduling: string
  /** The last line that the prober wrote; undefined before the first. Rejects when it cannot be read. */
  heartbeat(): Promise<Heartbeat | undefined>
  /** Plays a round of calibration, and gives what the target noted. Rejects with WaitTimeoutError when that takes too long. */
  calibrate(round: string): Promise<CalibrationRound>
  /** Ends the probing: what is under way is still judged, the files are complete, the container is removed. Safe to call again. */
  stop(): Promise<void>
}

/**
 * Starts a prober in its own container and resolves when it is probing. It sends its first sample when it has the scheduling
 * class that this host allows. Rejects with ClusterError when it cannot be started or says nothing for 30 s; no container is
 * left then.
 */
export async function startProber(options: ProberOptions): Promise<StartedProber> {
  const { name = 'prober', image, networkOf, labels, outDir, originNs, signal } = options
  await mkdir(outDir, { recursive: true })
  await writeFile(join(outDir, `${name}.plan.json`), `${JSON.stringify(planOf(options, name), null, 1)}\n`)
  const container = await startContainer({ image, networkOf, outDir, labels, name })
  const containerId = container.getId()
  const heartbeat = (): Promise<Heartbeat | undefined> => lastHeartbeat(join(outDir, `${name}.heartbeat.jsonl`))
  let stopped: Promise<void> | undefined
  const stop = async (): Promise<void> => {
    const endMs = runClock(originNs)()
    await writeFile(join(outDir, stoppedFile(name)), `${JSON.stringify({ endMs })}\n`)
    await removeContainer(container)
  }
  try {
    const processId = await processOf(containerId, signal)
    await giveShares(containerId)
    if (processId !== undefined) await giveRealtime(processId, networkOf, signal)
    await writeFile(join(outDir, releaseFile(name)), '')
    const { scheduling } = await firstHeartbeat(containerId, heartbeat, signal)
    const calibrate = (round: string) =>
      calibrateProber({ outDir, name, round, timeoutMs: calibrationTimeoutMs, ...(signal ? { signal } : {}) })
    return { containerId, processId, scheduling, heartbeat, calibrate, stop: () => (stopped ??= stop()) }
  } catch (cause) {
    const said = await lastErrorOf(containerId)
    await removeContainer(container).catch(() => undefined)
    signal?.throwIfAborted()
    throw new ClusterError(`the prober beside ${networkOf} does not work${said ? `: ${said}` : ''}`, '', { cause })
  }
}

/** Rejects as soon as the prober has ended, and does not sit out the time. */
async function firstHeartbeat(
  containerId: string,
  heartbeat: StartedProber['heartbeat'],
  signal: AbortSignal | undefined,
): Promise<Heartbeat> {
  const seen = new AbortController()
  const ended = async (): Promise<never> => {
    await hostCommand(['docker', 'wait', containerId], { signal: seen.signal })
    throw new Error('it ended')
  }
  const wait = { timeoutMs: startTimeoutMs, intervalMs: 100, ...(signal ? { signal } : {}) }
  try {
    return await Promise.race([waitFor('the prober to write its first line', heartbeat, wait), ended()])
  } finally {
    seen.abort()
  }
}

const releaseFile = (name: string): string => `${name}.released`

function planOf(options: ProberOptions, name: string): ProbePlan {
  const { originNs, intervalMs = 20, deadlineMs = 250, maxDurationMs = 3_600_000, paths, calibration } = options
  const release = `${mountedAt}/${releaseFile(name)}`
  const times = { originNs: String(originNs), intervalMs, deadlineMs, maxDurationMs }
  return { name, ...times, outDir: mountedAt, releaseFile: release, paths, ...(calibration ? { calibration } : {}) }
}

async function lastHeartbeat(path: string): Promise<Heartbeat | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  })
  // What follows the last newline is a line that is still being written.
  const last = text.split('\n').at(-2)
  return last === undefined || last === '' ? undefined : (JSON.parse(last) as Heartbeat)
}
