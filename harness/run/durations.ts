import type { Durations } from './environment-port.ts'

/**
 * The quiet phases of a real drill. The eviction window: a node that stays silent is marked 50 s after the full controller
 * manager starts (--node-monitor-grace-period, 1.32 and later), and the canary goes 5 s after that; 10 s of margin.
 */
export const defaultDurations: Durations = { baselineMs: 10_000, evictionWindowMs: 65_000, watchMs: 20_000 }
