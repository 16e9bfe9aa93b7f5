import type { HostChange } from './host-change-log.ts'
import type { NeedId } from './need.ts'

/** One thing that setup does to the machine. Data: what is shown is what is run. */
export interface Action {
  readonly id: string
  /** The line of doctor's table that it fixes. */
  readonly need: NeedId
  readonly what: string
  readonly why: string
  /** Shell lines, run in this order; empty for images that drill builds itself. */
  readonly commands: readonly string[]
  readonly rights: 'root' | 'user'
  /** Recorded before it runs, for `drill gc --host`. Values that only the machine knows are filled in then. */
  readonly changes: readonly PlannedChange[]
}

export type PlannedChange =
  | { readonly kind: 'sysctl'; readonly key: string; readonly after: string }
  | { readonly kind: 'file'; readonly path: string; readonly after: string }
  | Extract<HostChange, { kind: 'group-member' }>

/** What setup cannot fix; reported before anything is done. */
export interface Obstacle {
  readonly need: NeedId
  readonly what: string
  readonly fix: string
}

export interface SetupPlan {
  readonly actions: readonly Action[]
  readonly obstacles: readonly Obstacle[]
}
