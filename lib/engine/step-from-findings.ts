import { previewWithout, type Needs } from './preview.ts'
import type { NodeState } from '../preflight/survey.ts'
import type { PlannedAction, RecoveryContext, Step } from './step.ts'

/**
 * A step whose work is a list that the machines give: what is found is what is done, and nothing found means nothing
 * to do.
 */
export interface FindingsStep<T> {
  readonly id: string
  readonly title: string
  readonly find: (context: RecoveryContext) => Promise<readonly T[]>
  readonly work: (context: RecoveryContext, found: readonly T[]) => Promise<void>
  readonly verify?: (context: RecoveryContext) => Promise<void>
  /** What would be done about one thing found, for the plan. Without it the plan says the title. */
  readonly describe?: (found: T) => readonly PlannedAction[]
  /** What `find` looks at and may lack while it is only planned. */
  readonly needs?: Needs
  /** The machines that the step is about, for a plan made without what it needs. */
  readonly on?: (host: NodeState) => boolean
}

/**
 * The step of such work. The machines are asked once for `needed` and `run` together, since every question costs a
 * round trip.
 */
export function stepFromFindings<T>({ id, title, find, work, verify, describe, needs, on }: FindingsStep<T>): Step {
  const asked = new WeakMap<RecoveryContext, readonly T[]>()
  return {
    id,
    title,
    async needed(context) {
      const found = await find(context)
      asked.set(context, found)
      return found.length > 0
    },
    async preview(context) {
      const without = needs && (await previewWithout(needs, context, on))
      if (without) return without
      const found = await find(context)
      if (describe) return found.flatMap(describe)
      return found.length > 0 ? [{ node: 'cluster', action: 'as the step says', reason: `${found.length} found` }] : []
    },
    async run(context) {
      const found = asked.get(context) ?? (await find(context))
      asked.delete(context)
      await work(context, found)
    },
    ...(verify ? { verify } : {}),
  }
}
