import type { PlannedStep } from '../../lib/engine/step.ts'
import { actionLines } from '../../reports/model/action-lines.ts'

/** A plan as text: each step, followed by its actions with machine and reason. */
export function planLines(steps: readonly PlannedStep[]): readonly string[] {
  return steps.flatMap(({ title, actions }) => [title, ...actionLines([...actions]).map((line) => `    ${line}`)])
}
