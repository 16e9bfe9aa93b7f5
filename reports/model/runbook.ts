import { actionLines } from './action-lines.ts'
import type { RunRecord, Span } from '../../harness/model/run-record.ts'
import { expectedEnd } from './expected-end.ts'
import { formatDuration } from './figures.ts'

type PlannedStep = RunRecord['plan'][number]

/** One step of the repair as it was planned and as it went. */
export interface RunbookRow {
  readonly id: string
  readonly title: string
  /** The planned actions with machines and reasons, one per line, as of the start of the repair. */
  readonly actions: readonly string[]
  /** `planned`: never started. `refused`: it failed as the scenario expects. */
  readonly status: Span['status'] | 'planned' | 'refused'
  /** Since the start of the first step. */
  readonly fromMs: number | null
  readonly tookMs: number | null
}

/**
 * The repair as a timed runbook: every step in the order of execution, then the planned steps that never started. The
 * steps of a repair that was killed and restarted appear twice; the first has the plan.
 */
export function runbookOf(record: Pick<RunRecord, 'plan' | 'steps' | 'expects' | 'findings'>): readonly RunbookRow[] {
  const { plan, steps } = record
  const end = expectedEnd(record)
  const refuses = end?.kind === 'refused' && end.verdict === 'pass'
  const planned = new Map(plan.map((step) => [step.id, step]))
  const beganMs = steps[0]?.fromMs ?? 0
  const gone = steps.map(({ id, title, fromMs, toMs, status }, index): RunbookRow => {
    const isFirst = steps.findIndex((step) => step.id === id) === index
    return {
      ...{ id, title, fromMs: fromMs - beganMs, tookMs: toMs === null ? null : toMs - fromMs },
      status: refuses && status === 'failed' ? 'refused' : status,
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
  running: 'unfinished',
  failed: 'failed',
  refused: 'refused',
  skipped: 'nothing to do',
  planned: 'not started',
}

/** The duration of a step, or its status in words where it was not completed. */
export function tookText({ status, tookMs }: Pick<RunbookRow, 'status' | 'tookMs'>): string {
  return status === 'done' && tookMs !== null ? formatDuration(tookMs) : words[status]
}
