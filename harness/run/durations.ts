import type { Durations } from './environment-port.ts'

/**
 * How long the drill waits for late evictions. A node that stays silent is marked 50 s after the full controller manager starts
 * (--node-monitor-grace-period, 1.32 and later); then the canary goes after 5 s, and a pod with the default tolerations after 300 s
 * (DefaultTolerationSeconds). 10 s of margin.
 */
export const evictionWindowsMs = { short: 65_000, real: 360_000 } as const

/** The quiet phases of a real drill. */
export const durationsWith = (evictionWindowMs: number): Durations => ({
  baselineMs: 10_000,
  evictionWindowMs,
  watchMs: 20_000,
})

export const defaultDurations: Durations = durationsWith(evictionWindowsMs.short)
