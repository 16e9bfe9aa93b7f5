import { coreFactor, judgeBudget, scaledBudget } from '../model/host-speed.ts'
import type { RunRecord } from '../model/run-record.ts'
import { seconds } from '../model/format.ts'

/** What speaks against the processor time of the repair, and the figure as a fact. */
export interface CpuFinding {
  readonly failures: readonly string[]
  readonly unknowns: readonly string[]
  readonly facts: readonly string[]
}

/**
 * Compares the CPU-seconds of the repair with their budget, which grows with slower cores but not with neighbours. A repair
 * that was killed and run again has done its work twice: nothing is said of it then.
 */
export function cpuFinding({ cpuSeconds, budgets, hostSpeed, recovery }: RunRecord): CpuFinding {
  const budget = budgets.cpuSeconds
  if (budget === null || recovery?.crashPoint !== undefined) return { failures: [], unknowns: [], facts: [] }
  if (cpuSeconds === null)
    return { failures: [], unknowns: ['the processor time of the repair was not measured'], facts: [] }
  const factor = coreFactor(hostSpeed)
  const allowed = seconds(scaledBudget(budget, factor) * 1000)
  const used = `the repair used ${seconds(cpuSeconds * 1000)} of processor time, allowed are ${allowed}`
  const verdict = judgeBudget(cpuSeconds, budget, factor)
  return {
    failures: verdict === 'fail' ? [used] : [],
    unknowns: verdict === 'unknown' ? [`${used}, and the host was slower than a budget may grow`] : [],
    facts: [used],
  }
}
