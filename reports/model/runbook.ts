import { actionLines } from './action-lines.ts'
import type { RunRecord, Span } from '../../harness/model/run-record.ts'
import { formatDuration } from './figures.ts'

type PlannedStep = RunRecord['plan'][number]

/** One step of the repair as it was planned and as it went. */
export interface RunbookRow {
  readonly id: string
  readonly title: string
  /** What would be done on which machines, and why, a line each; as it was asked before the repair began. */
  readonly actions: readonly string[]
  /** `planned` was never begun. */
  readonly status: Span['status'] | 'planned'
  /** Since the first step began. */
  readonly fromMs: number | null
  readonly tookMs: number | null
}

/**
 * The repair as a timed runbook: every step in the order in which it went, then what was planned and never begun. The
 * steps of a repair that was killed and begun again stand there twice, the plan at the first.
 */
export function runbookOf({ plan, steps }: Pick<RunRecord, 'plan' | 'steps'>): readonly RunbookRow[] {
  const planned = new Map(plan.map((step) => [step.id, step]))
  const beganMs = steps[0]?.fromMs ?? 0
  const gone = steps.map(({ id, title, fromMs, toMs, status }, index): RunbookRow => {
    const isFirst = steps.findIndex((step) => step.id === id) === index
    return {
      ...{ id, title, status, fromMs: fromMs - beganMs, tookMs: toMs === null ? null : toMs - fromMs },
      actions: isFirst ? linesOf(planned.get(id)) : [],
    }
  })
  const left = plan.filter(({ id }) => !steps.some((step) => step.id === id))
  return [
    ...gone,
    ...left.map((step): RunbookRow => {
      const { id, title } = step
      return { id, title, actions: actionLines(step.actions), status: 'planned', fromMs: null, tookMs: null }
    }),
  ]
}

const linesOf = (step: PlannedStep | undefined) => (step ? actionLines(step.actions) : [])

const words: Readonly<Record<RunbookRow['status'], string>> = {
  done: 'done',
  running: 'not ended',
  failed: 'cut short',
  skipped: 'nothing to do',
  planned: 'not begun',
}

/** How long a step took, for people; in words where it was not carried out to its end. */
export function tookText({ status, tookMs }: Pick<RunbookRow, 'status' | 'tookMs'>): string {
  return status === 'done' && tookMs !== null ? formatDuration(tookMs) : words[status]
}
