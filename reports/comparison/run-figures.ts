import { coreFactor, hostFactor, scaledBudget } from '../../harness/model/host-speed.ts'
import { milestoneAt } from '../../harness/model/milestone.ts'
import type { RunRecord } from '../../harness/model/run-record.ts'
import { workloadProbes } from '../model/record.ts'

/** A figure by which runs are compared. In all of them more is worse. */
export interface Figure {
  readonly id: string
  readonly title: string
  readonly unit: 'ms' | 'count' | 'factor'
  /** A difference below this is noise. */
  readonly noise: number
  /** Null where it was not measured. */
  readonly valueOf: (record: RunRecord) => number | null
  /** The budget by which the run was judged, grown for a slow host as it was then. */
  readonly budgetOf?: (record: RunRecord) => number | null
}

/** The longest of all paths to the workload; null where one of them does not know. */
function worstOf(record: RunRecord, key: 'longestGapMs' | 'outageBoundMs'): number | null {
  const values = workloadProbes(record).map((probe) => probe[key])
  return values.length === 0 || values.includes(null) ? null : Math.max(...values.map((value) => value ?? 0))
}

function totalOf(record: RunRecord, key: 'failed' | 'unmeasured'): number | null {
  const probes = workloadProbes(record)
  return probes.length === 0 ? null : probes.reduce((sum, probe) => sum + probe[key], 0)
}

function repairMs({ milestones }: RunRecord): number | null {
  const [startedMs, recoveredMs] = ['recovery-started', 'recovered'].map((id) => milestoneAt(milestones, id))
  return startedMs == null || recoveredMs == null ? null : recoveredMs - startedMs
}

const scaled = (budget: number | undefined, factor: number) =>
  budget === undefined ? null : scaledBudget(budget, factor)

/** The figures of a whole run. */
export const runFigures: readonly Figure[] = [
  {
    ...{ id: 'repair', title: 'Repair took', unit: 'ms', noise: 1000, valueOf: repairMs },
    budgetOf: ({ budgets, hostSpeed }) => scaled(budgets.milestones['recovered']?.ms, hostFactor(hostSpeed)),
  },
  {
    ...{ id: 'failed', title: 'Failed probes', unit: 'count', noise: 0 },
    valueOf: (record) => totalOf(record, 'failed'),
    budgetOf: ({ budgets }) => budgets.failedProbes,
  },
  {
    ...{ id: 'longest-gap', title: 'Longest gap', unit: 'ms', noise: 20 },
    valueOf: (record) => worstOf(record, 'longestGapMs'),
    budgetOf: ({ budgets }) => budgets.longestGapMs,
  },
  {
    ...{ id: 'outage-bound', title: 'No outage longer than', unit: 'ms', noise: 20 },
    valueOf: (record) => worstOf(record, 'outageBoundMs'),
    budgetOf: ({ budgets }) => budgets.longestGapMs,
  },
  {
    ...{ id: 'unmeasured', title: 'Unmeasured samples', unit: 'count', noise: 50 },
    valueOf: (record) => totalOf(record, 'unmeasured'),
  },
  {
    ...{ id: 'repair-cpu', title: 'Processor time of the repair', unit: 'ms', noise: 2000 },
    valueOf: ({ cpuSeconds }) => (cpuSeconds === null ? null : cpuSeconds * 1000),
    budgetOf: ({ budgets, hostSpeed }) =>
      scaled(budgets.cpuSeconds === null ? undefined : budgets.cpuSeconds * 1000, coreFactor(hostSpeed)),
  },
  {
    ...{ id: 'host-factor', title: 'Host slower than the reference', unit: 'factor', noise: 0.1 },
    valueOf: ({ hostSpeed }) =>
      hostSpeed.baselineMs === null && hostSpeed.recoveredMs === null ? null : hostFactor(hostSpeed),
  },
]
