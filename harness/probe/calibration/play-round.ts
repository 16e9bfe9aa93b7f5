import { setTimeout as sleep } from 'node:timers/promises'
import type { TruePulse } from '../../model/calibration.ts'
import { needsDeadline, type PlannedPulse } from '../../model/calibration-plan.ts'
import type { CalibrationTarget } from './target.ts'

export interface RoundOptions {
  readonly intervalMs: number
  readonly deadlineMs: number
  /** CLOCK_MONOTONIC, in milliseconds since the run began. */
  readonly clock: () => number
}

/** The target's own loop is looked at this often while a round is on: a request may wait for as long, and is then taken up late. */
const tickMs = 2
/** Samples before a pulse, and as many after it, that show that the path works. */
const quietSamples = 3

/** Puts the faults on, one after another and at any phase of the prober's grid, and notes when each began and ended. */
export async function playRound(
  target: Pick<CalibrationTarget, 'begin' | 'end'>,
  pulses: readonly PlannedPulse[],
  { intervalMs, deadlineMs, clock }: RoundOptions,
): Promise<readonly TruePulse[]> {
  const loop = watchLoop(clock)
  const quietMs = quietSamples * intervalMs
  const after = (fault?: PlannedPulse['fault']) =>
    sleep(quietMs + Math.random() * intervalMs + (fault && needsDeadline(fault) ? deadlineMs : 0))
  const edge = async (change: () => Promise<void>): Promise<TruePulse['begin']> => {
    const afterMs = clock()
    await change()
    return { afterMs, beforeMs: clock() }
  }
  const played: TruePulse[] = []
  try {
    await after()
    loop.take()
    for (const { fault, lengthMs } of pulses) {
      // What holds the target up just before the pulse counts for it: requests of then are taken up within it.
      await sleep(quietMs)
      const begin = await edge(() => target.begin(fault))
      // Timers of Node may fire up to a millisecond early.
      await sleep(lengthMs + 1)
      const end = await edge(() => target.end())
      await after(fault)
      played.push({ fault, lengthMs, begin, end, lagMs: loop.take() })
    }
    return played
  } finally {
    loop.stop()
  }
}

/** The longest time in which the loop took up no request, since it was last asked. */
function watchLoop(clock: () => number): { readonly take: () => number; readonly stop: () => void } {
  let lastMs = clock()
  let longestMs = 0
  const look = (): void => {
    const nowMs = clock()
    longestMs = Math.max(longestMs, nowMs - lastMs)
    lastMs = nowMs
  }
  const timer = setInterval(look, tickMs)
  return {
    take() {
      look()
      const taken = longestMs
      longestMs = 0
      return taken
    },
    stop: () => clearInterval(timer),
  }
}
