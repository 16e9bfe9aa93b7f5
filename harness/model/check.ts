import type { DrillContext } from './context.ts'
import type { Finding } from './run-record.ts'
import type { RunView } from './run-view.ts'

/**
 * When a check's collector runs: before the loss, right before the repair with the losses proved, right after the repair, or when the
 * eviction window is over.
 */
export type CollectAt = 'baseline' | 'unrepaired' | 'recovered' | 'settled'

/** One claim about the run. Collecting touches the cluster; judging is pure and can be done again years later. */
export interface Check {
  /** The JUnit case; never changes and contains no number. */
  readonly id: string
  /** The claim, as a short noun phrase. */
  readonly title: string
  /** Stores evidence under names of its own choice. A collector that throws leaves the check unknown, or fail where its absence proves failure. */
  readonly collect?: Partial<Record<CollectAt, (context: DrillContext) => Promise<void>>>
  judge(run: RunView): Finding
}
