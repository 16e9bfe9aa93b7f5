/** What the set-up of the cluster tests hands to their files, which run in processes of their own. */
export interface ProvidedCluster {
  /** `drill-<id>` */
  readonly name: string
  /** Kept while the cluster lives. */
  readonly runDir: string
}

declare module 'vitest' {
  interface ProvidedContext {
    readonly e2eCluster: ProvidedCluster
  }
}

/** One cluster for all files: control planes to tell a majority from one, and a worker to tell from a control plane. */
export const topology = { controlPlanes: 2, workers: 1 } as const
