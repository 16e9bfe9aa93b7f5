import type { PlannedStep, RecoveryContext, Step } from './step.ts'

/**
 * What the steps would do as the machines are now, machine by machine; changes nothing. A step without a preview is
 * one that only looks and waits, or is done whatever the machines say.
 */
export async function previewSteps(steps: readonly Step[], context: RecoveryContext): Promise<readonly PlannedStep[]> {
  const planned: PlannedStep[] = []
  for (const step of steps) {
    const { id, title } = step
    context.signal.throwIfAborted()
    const actions = step.preview
      ? await step.preview(context)
      : [{ node: 'cluster', action: 'in any case', reason: 'a part of every repair' }]
    planned.push({ id, title, actions })
  }
  return planned
}
