import type { RecoveryContext, Step } from './step.ts'

/**
 * A step whose work is a list that the machines give: what is found is what is done, and nothing found means nothing
 * to do.
 */
export interface Work<T> {
  readonly id: string
  readonly title: string
  readonly find: (context: RecoveryContext) => Promise<readonly T[]>
  readonly work: (context: RecoveryContext, found: readonly T[]) => Promise<void>
  readonly verify?: (context: RecoveryContext) => Promise<void>
}

/**
 * The step of such work. The machines are asked once for `needed` and `run` together, since every question costs a
 * round trip.
 */
export function workStep<T>({ id, title, find, work, verify }: Work<T>): Step {
  const asked = new WeakMap<RecoveryContext, readonly T[]>()
  return {
    id,
    title,
    async needed(context) {
      const found = await find(context)
      asked.set(context, found)
      return found.length > 0
    },
    async run(context) {
      const found = asked.get(context) ?? (await find(context))
      asked.delete(context)
      await work(context, found)
    },
    ...(verify ? { verify } : {}),
  }
}
