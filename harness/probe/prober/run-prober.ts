import { isCalibrationPath } from '../../model/calibration-plan.ts'
import type { ProbePath } from '../../model/probe-path.ts'
import { pathsToTarget } from '../calibration/target.ts'
import type { Calibrator } from './calibrator.ts'
import { heartbeats } from './heartbeat.ts'
import { flushAll, openPath } from './open-path.ts'
import { probeLoop } from './probe-loop.ts'
import { nullEvery, nullPath, type ProbePlan, siblingPath } from './probe-plan.ts'
import { runClock } from './run-clock.ts'
import { listeningWithin } from './sibling.ts'
import { stalls as stallMemory } from './stalls.ts'

/** Time to open files before the first sample. */
const leadMs = 50
const flushMs = 1000

/** The processes beside the prober. */
export interface Beside {
  readonly siblingPort?: number
  readonly calibrator?: Calibrator | undefined
}

/**
 * Probes all paths of the plan, the sibling process where there is one, and the null path, until the signal or the plan's end; the
 * calibration target while a round is on. Resolves when every sample is judged and every file complete.
 */
export async function runProber(
  plan: ProbePlan,
  signal: AbortSignal,
  { siblingPort, calibrator }: Beside = {},
): Promise<void> {
  const clock = runClock(BigInt(plan.originNs))
  const stalls = stallMemory()
  const self = await listeningWithin(plan.name)
  const local = (target: string) => ({ target, intervalMs: nullEvery * plan.intervalMs })
  const paths: readonly ProbePath[] = [
    ...plan.paths,
    ...(calibrator ? pathsToTarget(calibrator.port) : []),
    ...(siblingPort === undefined ? [] : [{ ...siblingPath, ...local(`http://127.0.0.1:${siblingPort}/`) }]),
    { ...nullPath(plan.vantage), ...local(self.target) },
  ]
  const firstMs = clock() + leadMs
  const opened = paths.map((path, order) =>
    openPath(plan, path, { order, startMs: firstMs + (order * plan.intervalMs) / paths.length }, { clock, stalls }),
  )
  const calibrating = opened.filter(isCalibrationPath)
  for (const { probe } of calibrating) probe.pause(true)
  calibrator?.onRound((on) => calibrating.forEach(({ probe }) => probe.pause(!on)))
  const beat = heartbeats({ plan, clock, stalls, paths: opened })
  const flushing = setInterval(() => {
    void flushAll(opened)
    void beat(false)
  }, flushMs)
  await flushAll(opened)
  const probes = opened.map(({ probe }) => probe)
  const loop = probeLoop(probes, clock, stalls)
  const ending = await endOf(signal, plan.maxDurationMs)
  const endMs = clock()
  ending.cancel()
  loop.stop()
  await loop.drained
  clearInterval(flushing)
  await Promise.all(opened.map(({ writer }) => writer.close(endMs)))
  await beat(true)
  self.server.closeAllConnections()
  self.server.close()
}

async function endOf(signal: AbortSignal, maxDurationMs: number): Promise<{ readonly cancel: () => void }> {
  const ended = Promise.withResolvers<undefined>()
  const end = (): void => ended.resolve(undefined)
  const timer = setTimeout(end, maxDurationMs)
  signal.addEventListener('abort', end, { once: true })
  if (signal.aborted) end()
  await ended.promise
  return { cancel: () => clearTimeout(timer) }
}
