import { addAbortListener } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { waitFor } from '../../../lib/engine/wait.ts'
import type { CalibrationRound } from '../../model/calibration.ts'
import type { PlannedPulse } from '../../model/calibration-plan.ts'
import { ClusterError } from '../../model/errors.ts'
import type { ProbePath } from '../../model/probe-path.ts'
import { calibrateProber } from './calibrate-prober.ts'
import type { Heartbeat } from './heartbeat.ts'
import type { ProbePlan } from './probe-plan.ts'
import { containerName, mountedAt, type Place, placeText, removeContainer, runContainer } from './prober-container.ts'
import { giveRealtime, processOf } from './realtime.ts'
import { runClock } from './run-clock.ts'
import { stoppedFile } from './sample-file.ts'

const startTimeoutMs = 30_000
/** A round takes some 7 s. */
const calibrationTimeoutMs = 20_000

export interface ProberOptions {
  /** The workload image, which the engine must have. */
  readonly image: string
  readonly place: Place
  /** A container whose image has `sh` and `chrt`: a machine's. Default: that of the place, where it is one. */
  readonly machine?: string
  readonly paths: readonly ProbePath[]
  /** Where the sample files go, absolute; made if missing. Probers may share it that differ in name and paths. */
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
  /** Its name. */
  readonly container: string
  /** As the engine's host numbers it. */
  readonly processId: number
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
  const { name = 'prober', image, place, labels, outDir, originNs, signal } = options
  const machine = options.machine ?? ('machine' in place ? place.machine : undefined)
  await mkdir(outDir, { recursive: true })
  await writeFile(join(outDir, `${name}.plan.json`), `${JSON.stringify(planOf(options, name), null, 1)}\n`)
  const container = containerName(name)
  const heartbeat = (): Promise<Heartbeat | undefined> => lastHeartbeat(join(outDir, `${name}.heartbeat.jsonl`))
  let stopped: Promise<void> | undefined
  const stop = async (): Promise<void> => {
    const endMs = runClock(originNs)()
    await writeFile(join(outDir, stoppedFile(name)), `${JSON.stringify({ endMs })}\n`)
    await removeContainer(container)
  }
  const working = new AbortController()
  const following = signal && addAbortListener(signal, () => working.abort(signal.reason))
  const wait = { timeoutMs: startTimeoutMs, intervalMs: 100, signal: working.signal }
  const running = runContainer({ image, place, outDir, labels, name, container }, working.signal)
  const begin = async () => {
    const processId = await waitFor('the prober to start', () => processOf(container, wait.signal), wait)
    if (machine !== undefined) await giveRealtime(processId, machine, wait.signal)
    await writeFile(join(outDir, releaseFile(name)), '')
    const { scheduling } = await waitFor('the prober to write its first line', heartbeat, wait)
    return { processId, scheduling }
  }
  try {
    // Rejects as soon as the prober has ended, and does not sit out the time.
    const begun = await Promise.race([begin(), running.then(() => undefined)])
    if (begun === undefined) throw new Error('it ended')
    const calibrate = (round: string) =>
      calibrateProber({ outDir, name, round, timeoutMs: calibrationTimeoutMs, ...(signal ? { signal } : {}) })
    return { container, ...begun, heartbeat, calibrate, stop: () => (stopped ??= stop()) }
  } catch (cause) {
    await removeContainer(container).catch(() => undefined)
    signal?.throwIfAborted()
    const said = cause instanceof Error ? cause.message : String(cause)
    throw new ClusterError(`the prober ${placeText(place)} does not work: ${said}`, '', { cause })
  } finally {
    following?.[Symbol.dispose]()
    working.abort()
  }
}

const releaseFile = (name: string): string => `${name}.released`

function planOf(options: ProberOptions, name: string): ProbePlan {
  const { originNs, intervalMs = 20, deadlineMs = 250, maxDurationMs = 3_600_000, paths, calibration, place } = options
  const release = `${mountedAt}/${releaseFile(name)}`
  const times = { originNs: String(originNs), intervalMs, deadlineMs, maxDurationMs }
  const where = { vantage: place.vantage, outDir: mountedAt, releaseFile: release }
  return { name, ...where, ...times, paths, ...(calibration ? { calibration } : {}) }
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
