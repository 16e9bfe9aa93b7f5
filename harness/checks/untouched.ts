import type { Check } from '../model/check.ts'
import type { RunView } from '../model/run-view.ts'
import { clusterStateSchema, collectClusterState } from '../observe/cluster-state.ts'
import { evidencePairOf } from '../observe/evidence-of.ts'
import { stateChanges, stateUnknowns } from '../observe/state-changes.ts'

/** Collectors of a check that holds a repair to changing nothing: the state right before it and at the end. */
export const stateCollectors: NonNullable<Check['collect']> = {
  unrepaired: (context) => collectClusterState(context, 'unrepaired'),
  settled: (context) => collectClusterState(context, 'settled'),
}

/** What the two states show, and how much was compared; nothing of that where one of them is missing. */
export interface Untouched {
  readonly changes: readonly string[]
  readonly unknowns: readonly string[]
  readonly facts: readonly string[]
  readonly compared?: { readonly machines: number; readonly files: number; readonly objects: number }
}

/** Compares the state of the cluster right before the repair with that at the end. */
export function untouched(run: RunView): Untouched {
  const seen = evidencePairOf(run, 'state', clusterStateSchema, 'unrepaired')
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
