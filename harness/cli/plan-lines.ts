import type { PlannedStep } from '../../lib/engine/step.ts'
import { actionLines } from '../../reports/model/action-lines.ts'

/** A plan for people: each step, and below it what it would do on which machine and why. */
export function planLines(steps: readonly PlannedStep[]): readonly string[] {
  return steps.flatMap(({ title, actions }) => [title, ...actionLines([...actions]).map((line) => `    ${line}`)])
}
