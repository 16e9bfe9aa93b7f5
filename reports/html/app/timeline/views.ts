import { milestoneAt } from '../../../../harness/model/milestone.ts'
import type { RunRecord } from '../../../../harness/model/run-record.ts'
import { runEndMs } from './lanes.ts'
import type { View } from './view.ts'

export interface Views {
  readonly whole: View
  /** While probes were sent. */
  readonly measured: View
  /** From the injection until recovered; absent where nothing was destroyed. */
  readonly fault?: View
  readonly recovered: boolean
  /** What the page opens on. */
  readonly first: View
}

/** What is seen of the time before the injection and after the recovery. */
const marginMs = 4000

/** The parts of a run that a reader looks for, milliseconds since the injection. */
export function viewsOf(record: RunRecord): Views {
  const zeroMs = record.injectedAtMs ?? 0
  const endMs = runEndMs(record)
  const whole = { fromMs: -zeroMs, toMs: endMs - zeroMs }
  const baseline = record.phases.find(({ id }) => id === 'baseline')
  const settle = record.phases.find(({ id }) => id === 'settle') ?? record.phases.find(({ id }) => id === 'recover')
  const measured = baseline ? { fromMs: baseline.fromMs - zeroMs, toMs: (settle?.toMs ?? endMs) - zeroMs } : whole
  if (record.injectedAtMs === null) return { whole, measured, recovered: false, first: measured }
  const recoveredMs = milestoneAt(record.milestones, 'recovered')
  const fault = { fromMs: -marginMs, toMs: (recoveredMs ?? measured.toMs) + marginMs }
  return { whole, measured, recovered: recoveredMs !== null, fault, first: fault }
}
