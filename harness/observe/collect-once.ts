import type { DrillContext } from '../model/model.ts'

const stored = new WeakMap<DrillContext['evidence'], Map<string, Promise<void>>>()

/**
 * Stores what `collect` gives as evidence/<name>.json, once in a run: several checks rest on the same snapshot, and each asks for it.
 * A failed collection rejects for every one of them.
 */
export function collectOnce(context: DrillContext, name: string, collect: () => Promise<unknown>): Promise<void> {
  const names = stored.get(context.evidence) ?? new Map<string, Promise<void>>()
  stored.set(context.evidence, names)
  const known = names.get(name)
  if (known) return known
  const collected = collect().then((value) => context.evidence.write(name, value))
  names.set(name, collected)
  return collected
}
