import type { PathProbe } from './path-probe.ts'
import type { RunClock } from './run-clock.ts'
import type { Stalls } from './stalls.ts'

/** While nothing is planned any more, overdue samples are looked at this often. */
const drainMs = 5

export interface ProbeLoop {
  /** Plans no more. */
  stop(): void
  /** Resolves when the last sample is judged. */
  readonly drained: Promise<void>
}

/** Calls each path when its next sample is planned, by one timer on the absolute grid: intervals would drift by 28 ms a second. */
export function probeLoop(paths: readonly PathProbe[], clock: RunClock, stalls: Stalls): ProbeLoop {
  const drained = Promise.withResolvers<undefined>()
  let stopping = false
  let timer: NodeJS.Timeout | undefined
  const tick = (): void => {
    stalls.note(clock())
    for (const path of paths) path.tick()
    if (stopping && paths.every((path) => path.inFlight() === 0)) drained.resolve(undefined)
    else arm()
  }
  const arm = (): void => {
    // Most hold-ups begin while the loop runs: a process that sleeps has no processor to lose.
    stalls.note(clock())
    let atMs = stopping ? clock() + drainMs : Number.POSITIVE_INFINITY
    for (const path of paths) atMs = Math.min(atMs, path.nextMs())
    stalls.expect(atMs)
    timer = setTimeout(tick, Math.max(1, Math.ceil(atMs - clock())))
  }
  arm()
  return {
    stop() {
      if (stopping) return
      stopping = true
      clearTimeout(timer)
      // What is due already is still sent: it was planned.
      for (const path of paths) path.tick()
      for (const path of paths) path.stop()
      tick()
    },
    drained: drained.promise,
  }
}
