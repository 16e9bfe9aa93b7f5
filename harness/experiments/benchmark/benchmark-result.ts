/** The two ways that are compared with each other, and with the creation of a cluster. */
export const variants = ['library', 'article-patient'] as const
export type Variant = (typeof variants)[number]

/** Of a repair's way to the end; the names are those of its events. */
export const milestones = ['etcd-healthy', 'api-ready', 'leases-fresh', 'nodes-ready', 'tokens-reissued'] as const
export type Milestone = (typeof milestones)[number]

/** kind's own creation of the topology. */
export interface Creation {
  readonly round: number
  /** Until `kind create cluster` returned. */
  readonly kindMs: number
  /** Until every Node and every pod of kube-system was ready. */
  readonly readyMs: number
}

/** One loss and its repair. Times count from the start of the repair. */
export interface Repair {
  readonly round: number
  readonly variant: Variant
  readonly milestonesMs: Readonly<Record<Milestone, number | null>>
  /** Null where it did not come that far; `error` says why. */
  readonly recoveredMs: number | null
  readonly error: string | null
  /** Of all paths, from the destruction until 15 s after the repair. */
  readonly failedProbes: number
  readonly longestGapMs: number | null
  /** The worst path's share of samples that could be measured. */
  readonly coverage: number
  /** Pods of the workload and of kube-system that are gone; static pods are not counted. Null where nobody could say. */
  readonly podsLost: readonly string[] | null
}

export interface BenchmarkResult {
  readonly startedAt: string
  readonly topology: { readonly controlPlanes: number; readonly workers: number }
  readonly rounds: number
  /** Versions, images, host and commit. */
  readonly environment: unknown
  readonly creations: readonly Creation[]
  readonly repairs: readonly Repair[]
}
