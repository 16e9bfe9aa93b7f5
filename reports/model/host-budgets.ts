import { coreFactor, hostFactor, hostSpeedText, scaledBudget } from '../../harness/model/host-speed.ts'
import type { HostSpeed } from '../../harness/model/host-record.ts'
import type { RunRecord } from '../../harness/model/run-record.ts'
import { formatDuration, keepFigures } from './figures.ts'

/** A time budget, and where this host let it grow, to what and why: `budget 50.0 s, on this host 61.0 s (…)`. */
export function budgetText(budgetMs: number, speed: HostSpeed): string {
  const scaledMs = scaledBudget(budgetMs, hostFactor(speed))
  const stated = `budget ${formatDuration(budgetMs)}`
  if (scaledMs <= budgetMs) return stated
  return `${stated}, on this host ${formatDuration(scaledMs)} (${keepFigures(hostSpeedText(speed))})`
}

/** The processor time of the repair beside its budget; undefined where it was not measured. */
export function cpuText({ cpuSeconds, budgets, hostSpeed }: RunRecord): string | undefined {
  if (cpuSeconds === null) return undefined
  const used = `${formatDuration(cpuSeconds * 1000)} of processor time`
  if (budgets.cpuSeconds === null) return used
  return `${used}, budget ${formatDuration(scaledBudget(budgets.cpuSeconds, coreFactor(hostSpeed)) * 1000)}`
}
