import type { DrillPlan, RunningProbes } from './environment-port.ts'

export interface ProbingEnd extends Pick<DrillPlan, 'durations' | 'scenario'>, Pick<RunningProbes, 'enoughAtMs'> {
  readonly recovered: boolean
  /** Since the start of the drill. */
  readonly nowMs: number
}

/**
 * When the probing may end, in ms since the start of the drill: late evictions are over, and enough was measured, however short
 * the repair was. Where no Node is ever silent, nobody is evicted late.
 */
export function probingEndMs({ durations, scenario, recovered, nowMs, enoughAtMs }: ProbingEnd): number {
  const mayBeEvicted = recovered && scenario.checks.some(({ id }) => id === 'no-eviction')
  return Math.max(enoughAtMs, nowMs + (mayBeEvicted ? durations.evictionWindowMs : durations.watchMs))
}
