import type { ClusterState } from '../model.ts'
import type { PlannedAction, RecoveryContext, Step } from './step.ts'

/** Work that is a list: what the machines are found to lack is what is done; nothing found means nothing to do. */
export interface FindingsStep<T> {
  readonly id: string
  readonly title: string
  /** As in Step. */
  readonly followUp?: true
  readonly find: (cluster: ClusterState, context: RecoveryContext) => Promise<readonly T[]>
  readonly work: (cluster: ClusterState, context: RecoveryContext, found: readonly T[]) => Promise<void>
  readonly verify?: (cluster: ClusterState, context: RecoveryContext) => Promise<void>
  /** What would be done about one finding, for the plan. Without it the plan says the title. */
  readonly describe?: (found: T) => readonly PlannedAction[]
  /**
   * The plan where `find` cannot be asked yet, because an earlier step makes what it asks (the API, the CA), or does not say it all;
   * undefined where it can, and does.
   */
  readonly previewWithout?: (
    cluster: ClusterState,
    context: RecoveryContext,
  ) => Promise<readonly PlannedAction[] | undefined>
}

export function stepFromFindings<T>(step: FindingsStep<T>): Step<ClusterState, T> {
  const { id, title, followUp, find, work, verify, describe, previewWithout } = step
  return {
    id,
    title,
    ...(followUp ? { followUp } : {}),
    needed: find,
    async preview(cluster, context) {
      const without = await previewWithout?.(cluster, context)
      if (without) return without
      const found = await find(cluster, context)
      if (describe) return found.flatMap(describe)
      return found.length > 0 ? [{ node: 'cluster', action: 'as the step says', reason: `${found.length} found` }] : []
    },
    run: work,
    ...(verify ? { verify } : {}),
  }
}
