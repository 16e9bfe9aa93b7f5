/** Milliseconds since the run began, by CLOCK_MONOTONIC, without allocating. */
export type RunClock = () => number

/** `originNs` is process.hrtime.bigint() of any process of this machine at the run's zero. */
export function runClock(originNs: bigint): RunClock {
  // performance.now() is the same clock with another zero.
  const before = performance.now()
  const sinceOriginMs = Number(process.hrtime.bigint() - originNs) / 1e6
  const offsetMs = sinceOriginMs - (before + performance.now()) / 2
  return () => performance.now() + offsetMs
}
