import type { Check } from '../model/check.ts'
import type { DrillContext } from '../model/context.ts'
import type { RunView } from '../model/run-view.ts'
import { clusterStateSchema, collectClusterState } from '../observe/cluster-state.ts'
import { evidencePairOf } from '../observe/evidence-of.ts'
import { stateChanges, stateUnknowns } from '../observe/state-changes.ts'

/** When a cluster is looked at again: at the end, or as soon as the repair has ended, where it goes on to change by itself. */
export type LookedAt = 'settled' | 'recovered'

/** Collectors of a check that holds a repair to changing nothing: the state right before it and afterwards. */
export const stateCollectors = (at: LookedAt = 'settled'): NonNullable<Check['collect']> => ({
  unrepaired: (context) => collectClusterState(context, 'unrepaired'),
  [at]: (context: DrillContext) => collectClusterState(context, at),
})

/** What the two states show, and how much was compared; nothing of that where one of them is missing. */
export interface Untouched {
  readonly changes: readonly string[]
  readonly unknowns: readonly string[]
  readonly facts: readonly string[]
  readonly compared?: { readonly machines: number; readonly files: number; readonly objects: number }
}

/** Compares the state of the cluster right before the repair with that afterwards. */
export function untouched(run: RunView, at: LookedAt = 'settled'): Untouched {
  const seen = evidencePairOf(run, 'state', clusterStateSchema, ['unrepaired', at])
  if (!seen.ok) return { changes: [], unknowns: seen.unknowns, facts: [] }
  const { before, after } = seen
  const { controlPlanes, workers } = run.record.topology
  return {
    changes: stateChanges(before, after),
    unknowns: stateUnknowns(before, after, controlPlanes + workers),
    facts: before.changing.map((key) => `not judged, because it changes by itself: ${key}`),
    compared: {
      machines: before.machines.length,
      files: before.machines.reduce((sum, machine) => sum + Object.keys(machine.files).length, 0),
      objects: Object.keys(before.objects ?? {}).length,
    },
  }
}
