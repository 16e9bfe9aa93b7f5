import type { PlannedStep } from '../../lib/step.ts'

/** A plan for people: each step, and below it what it would do on which machine and why. */
export function planLines(steps: readonly PlannedStep[]): readonly string[] {
  return steps.flatMap(({ title, actions }) => [
    title,
    ...(actions.length === 0 ? ['    nothing to do'] : []),
    ...actions.map(({ node, action, reason }) => `    ${node}: ${action} (${reason})`),
  ])
}
