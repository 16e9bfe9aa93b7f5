import type { PreconditionReason } from '../../../../lib/index.ts'
import type { Topology } from '../../../model/cluster.ts'
import type { DrillContext } from '../../../model/context.ts'
import type { RunningProbes } from '../../../run/environment-port.ts'
import type { Mutant } from '../mutant/mutant.ts'

/** What a mutant does to the cluster or to the instrument, right when the cluster is recovered. */
export type Sabotage = (context: DrillContext, probes: Pick<RunningProbes, 'processIds'>) => Promise<void>

/** What is switched off or done in a drill; one thing at a time. */
export type Spoiling =
  /** Steps of the repair: one, and those that would only find that it was not done. */
  | { readonly stepsOff: readonly string[] }
  /** Whatever refuses for this reason before a repair begins. */
  | { readonly preconditionOff: PreconditionReason }
  /** `before`: what it needs of the healthy cluster. */
  | { readonly sabotage: Sabotage; readonly before?: (context: DrillContext) => Promise<void> }
  /** A step that is done on the first control plane alone. */
  | { readonly stepOnFirstOnly: string }
  /** The full controller manager in place of the restricted one, while the kubelets stay cut off for so long. */
  | { readonly controllerManagerFirstMs: number }
  /** The losses are announced, and not injected. */
  | { readonly lossesOff: true }

/** A wrong in a real, short drill. */
export interface LiveMutant extends Mutant {
  readonly scenario: string
  readonly topology: Topology
  readonly how: Spoiling
}

/** The event on the journal that proves that a mutant was applied. */
export const appliedType = 'mutant.applied'
export const appliedEvent = (mutant: string, what: string) => ({ type: appliedType, mutant, what })

/** Names the mutant to the process of the spoilt repair. Nothing that is published reads it. */
export const mutantVariable = 'DRILL_MUTANT'
